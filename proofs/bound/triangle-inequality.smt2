; bound/triangle-inequality, a row of width 2.
; claim: |x1 + y1| + |x2 + y2| <= (|x1| + |x2|) + (|y1| + |y2|)
; mutant: (mag y2) => y2
; mutant: (mag x1) => (mag (- x1 1.0))
(set-logic QF_NRA)
(define-fun mag ((value Real)) Real (ite (>= value 0.0) value (- value)))
(declare-const x1 Real)
(declare-const x2 Real)
(declare-const y1 Real)
(declare-const y2 Real)
(assert (> (+ (mag (+ x1 y1)) (mag (+ x2 y2))) (+ (mag x1) (mag x2) (mag y1) (mag y2))))
(check-sat)
