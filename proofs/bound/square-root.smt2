; bound/square-root, one entry.
; claim: with u, t > 0, a^2 < u^2 t^2 is |a| < u t
; mutant: (> u 0.0) => (distinct u 0.0)
; mutant: (> t 0.0) => (distinct t 0.0)
; mutant: (< (mag a) (* u t)) => (< a (* u t))
(set-logic QF_NRA)
(define-fun mag ((value Real)) Real (ite (>= value 0.0) value (- value)))
(declare-const a Real)
(declare-const u Real)
(declare-const t Real)
(assert (> u 0.0))
(assert (> t 0.0))
(assert (not (= (< (* a a) (* u u t t)) (< (mag a) (* u t)))))
(check-sat)
