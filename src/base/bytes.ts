/** How many bytes the text takes in UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The UTF-8 bytes of the text in the alphabet of URLs, without padding (RFC 4648, section 5). */
export function toBase64url(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The way back. @throws DOMException or TypeError for what is no such text */
export function fromBase64url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0));
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
