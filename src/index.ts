/** The public surface of Lipwright: equations in, inequalities, functions, modules and verdicts out. */

// Architectures
export { ArchitectureBuilder, architecture } from './1-parse/builder.js';
export type { ArchitectureDetails } from './1-parse/builder.js';
export type { ActivationSpecification } from './1-parse/index.js';
export { builtinArchitectures, loadArchitecture, parseArchitecture, readArchitecture } from './1-parse/index.js';
export type { Affine, Bias, Family, IndexValue, Loop, Place, Signal, Span, Weight } from './1-parse/index.js';
export type { Includer, IncludedText } from './1-parse/blocks.js';
export type { Architecture, Block, CompositionKind } from './model/architecture.js';
export type { StructureName as Structure } from './structures/index.js';

// The pipeline
export { compile, derive, deriveBlocks, findStrategy, lower, lowerArchitecture } from './compile.js';
export type { BlockDerivation, Derivation, DeriveOptions } from './compile.js';
export { defaultStrategy, shownStrategy, strategies } from '../rules/strategies.js';
export { pivotStrategy } from '../rules/variants.js';
export type { PivotStrategy, Strategy } from './model/strategy.js';
export type { Variant } from './model/variant.js';
export type { Step } from './model/trace.js';

// What it gives
export type {
  Activation,
  ActivationChoice,
  Activations,
  Compiled,
  Constrained,
  ConstrainOptions,
  Cotangents,
  InitialOptions,
  OpenActivation,
  Slopes,
  Values,
} from './5-emit/index.js';
export { declarationsPath } from './5-emit/js/declarations.js';
export {
  javascript,
  javascriptTypes,
  jaxModule,
  numpyModule,
  tensorflowModule,
  tensorflowTypes,
  torchModule,
  typescript,
} from './emit.js';
export { identifiers } from './5-emit/python/index.js';
export type { Program } from './model/program.js';
export { compositionText, report, reportComposition, reportLatex, reportMarkdown, reportText } from './report/index.js';
export type { CompositionReport, HierarchyEntry } from './report/index.js';
export type {
  AssignmentEntry,
  BlockEntry,
  ConstraintEntry,
  CycleEntry,
  DefinitionEntry,
  DerivationReport,
  LayoutOptions,
  RowEntry,
  RuleEntry,
  SymbolEntry,
} from './report/index.js';

// Activations
export { activationReport, activationReports } from './report/index.js';
export type { ActivationReport, BoundReport } from './report/index.js';
export { analyseActivation, readActivation } from './slopes/index.js';
export type { SlopeAnalysis, SlopeBound } from './slopes/index.js';
export { libraryActivation } from './slopes/library/index.js';

// Learned linear splines
export {
  coefficientGradient as splineCoefficientGradient,
  derivative as splineDerivative,
  evaluate as evaluateSpline,
} from './numeric/spline.js';
export type { SplineGrid, SplineWeights } from './numeric/spline.js';
export { projector as splineProjector } from './numeric/spline-projection.js';
export type { SplineProjector } from './numeric/spline-projection.js';
export { bv2Norm, totalVariation, totalVariationSubgradient } from './numeric/spline-variation.js';
export { evaluateSparse, sparsify } from './numeric/spline-sparse.js';
export type { SparseSpline } from './numeric/spline-sparse.js';

// Verification
export { sampleInstance } from './verify/sample.js';
export type { SampleOptions } from './verify/sample.js';
export type { Sample } from './verify/instance.js';
export { checkFile, checkSample, checkText } from './verify/check.js';
export type { CheckReport } from './verify/check.js';
export { runCampaign } from './verify/campaign.js';
export type { CampaignOptions, CampaignResult, Progress } from './verify/campaign.js';
export type { Counterexample } from './verify/counterexample.js';
export { negativeSemidefinite } from './verify/property.js';
export type { ForeignContext, ForeignResult, ForeignWeights, PropertyOptions } from './verify/property.js';
export { CounterexampleError } from './verify/counterexample-error.js';
export { replay } from './verify/replay.js';
export type { Replayed } from './verify/replay.js';
export { recoverFree } from './verify/recover.js';
export type { FreeParameters, Recovered } from './verify/recover.js';
export { networkScales } from './verify/perron-scales.js';
export type { NetworkScales } from './verify/perron-scales.js';
export { perronScales } from './numeric/perron.js';
export type { PerronOptions, PerronScales } from './numeric/perron.js';
export { decide, decideMatrix } from './numeric/definiteness.js';
export type { DecideOptions, Verdict } from './numeric/definiteness.js';
export type { Assembly } from './numeric/assembly.js';

// Certificates for given weights
export { certify } from './certify/certify.js';
export type { Certificate, Certified, CertifyOptions, GivenNetwork } from './certify/certify.js';
export { networkFromTensors } from './import/input.js';
export type { NetworkDetails } from './import/input.js';
export { givenNetwork, networkFromJson, provenanceOf, readNetwork } from './import/network-file.js';
export type { FileDetails, NetworkFile } from './import/network-file.js';
export type { SearchProgress } from './certify/search.js';
export { lipschitzBounded } from './certify/property.js';
export type { BoundedOptions } from './certify/property.js';
export { lowerBounds } from './certify/lower-bound.js';
export type { LowerBoundOptions, LowerBounds } from './certify/lower-bound.js';
export { importNetwork } from './import/import.js';
export type { Imported, ImportDetails } from './import/import.js';
export { sourceOfFile } from './import/source-file.js';
export { sourceOfJson, sourceOfSafetensors } from './import/source.js';
export type { ImportSource } from './import/source.js';
export { readSafetensors, readSafetensorsContents, readSafetensorsFile } from './import/safetensors.js';
export type { StoredTensor } from './import/safetensors.js';
export { spectralProduct } from './certify/spectral-product.js';
export { weightsDigest } from './check/index.js';

// Failures
export { LipwrightError, catalogue } from './base/diagnostic.js';
export type { Code, Diagnostic, Position } from './base/diagnostic.js';
