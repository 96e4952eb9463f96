; lmi/slope-restriction, one unit, S = L + m, P = L m. Each block asserts the negation of a claim.
; mutant: (* 2.0 (+ l m) lam dv dw) => (* 2.0 (- l m) lam dv dw)
; mutant: (assert (<= t l)) => (assert (<= t (+ l 1.0)))
; mutant: (assert (> lam 0.0)) ; weight => (assert (< lam 0.0))
; mutant: (* (- l m) (- l m) e e) => (* (+ l m) (+ l m) e e)

; Identity: (dw - m dv)(L dv - dw) = -P dv^2 + S dv dw - dw^2.
(set-logic QF_NRA)
(declare-const l Real)
(declare-const m Real)
(declare-const dv Real)
(declare-const dw Real)
(assert (not (= (* (- dw (* m dv)) (- (* l dv) dw))
                (+ (- (* l m dv dv)) (* (+ l m) dv dw) (- (* dw dw))))))
(check-sat)
