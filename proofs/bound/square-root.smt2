; bound/square-root, one entry.
; claim: with u > 0, a^2 < u^2 is |a| < u
; mutant: (> u 0.0) => (distinct u 0.0)
; mutant: (< (mag a) u) => (< a u)
(set-logic QF_NRA)
(define-fun mag ((value Real)) Real (ite (>= value 0.0) value (- value)))
(declare-const a Real)
(declare-const u Real)
(assert (> u 0.0))
(assert (not (= (< (* a a) (* u u)) (< (mag a) u))))
(check-sat)
