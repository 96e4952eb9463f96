"""What is printed for each network, here for the smallest one, y = x: tables and functions that the rest reads.

A module is this, with what it uses of core.py, options.py, initial.py and kernels.py, of the files of its framework,
and of those for what its network has: open activations, widths that are sums, shared bounds. What none of these
defines is in defaults.py. It is one namespace: names that a file does not define are another's.
"""

ARCHITECTURE = "line"
DEPTH = 0
STRATEGY = "pivot"
VARIANT = None
VERSION = "0"
DIGEST = ""
LIPSCHITZ = 1.0
SLOPES = ()
SIGNALS = ("x",)
DEFINITION = "name: line\nequations: y = x\n"
_WIDTHS = (("x", "y"),)
_SUMS = ()
_LENGTHS = ()
_TOLD = (None,)
_INPUT = 0
_BUDGETS = ()
_DECLARED = ()
_INITIAL = {}
_ATTRIBUTES = {}
_KNOWN = ()
_BOUNDS = {}


def forward(constrained, x, activation=None):
    return x


def _constrain(free, like, d, pairs, lip, k, checks, bits):
    return {}, {}, {}


def _constrain_rising(free, like, d, pairs, lip, k, checks, bits):
    return {}, {}, {}


def _shapes(d):
    return {}


def _matrices(constrained):
    return constrained.weights


def _lmi(xp, constrained):
    return -xp.eye(1)


def _parts(xp, constrained):
    return xp.eye(1)


def _place(shuffled, constrained, x):
    return {}
