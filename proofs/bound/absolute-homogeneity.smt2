; bound/absolute-homogeneity, a row of width 2.
; claim: |c x1| + |c x2| = |c| (|x1| + |x2|)
; mutant: (* (mag c) => (* c
(set-logic QF_NRA)
(define-fun mag ((value Real)) Real (ite (>= value 0.0) value (- value)))
(declare-const c Real)
(declare-const x1 Real)
(declare-const x2 Real)
(assert (not (= (+ (mag (* c x1)) (mag (* c x2))) (* (mag c) (+ (mag x1) (mag x2))))))
(check-sat)
