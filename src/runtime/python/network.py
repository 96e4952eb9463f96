"""What is printed for each network, here for the smallest one, y = x: tables and functions that the rest reads.

A module is this, then defaults.py, then what it uses of the other files and of the file of its framework, in one
namespace: of several definitions of a name the last one counts.
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


def _shapes(d):
    return {}


def _lmi(xp, constrained):
    return -xp.eye(1)


def _parts(xp, constrained):
    return xp.eye(1)


def _place(shuffled, constrained, x):
    return {}
