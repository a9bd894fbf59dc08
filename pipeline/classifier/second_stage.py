"""The second stage: a sentence's label from its own reading and those of the sentences around it.

On a page that is of one piece the words around a sentence tell its label; on one that was stitched from many they lie.
One reader cannot learn both, so there are two, each for its own kind of page, and a gate that tells from how coherent
the page is how much either counts (a mixture of experts; Jacobs et al., Neural Computation 3, 1991).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import Floats
from pipeline.classifier.networks import Networks
from pipeline.classifier.passage import PassageReader
from pipeline.classifier.softmax import softmax


@dataclass(frozen=True, slots=True)
class SecondStage:
    """The fitted second stage.

    Attributes:
        passage: reads pages of one piece: context, and the words around.
        spliced: reads pages stitched from many: context alone.
        gate: its second class is a page of one piece, its first one that was stitched.
    """

    passage: PassageReader
    spliced: Networks
    gate: Networks

    def whole_share(self, context: Floats) -> NDArray[np.float64]:
        """How likely each sentence stands on a page of one piece, `(n_sentences, 1)`."""
        return softmax(self.gate.logits(context))[:, 1:]

    def logits(self, context: Floats, added: Floats, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Logits of both readers, weighted by the gate, `(n_sentences, n_classes)`.

        Args:
            context: `context.context_rows`, `(n_sentences, n_inputs)`.
            added: `PassageReader.added` of every sentence.
            numbers: page number of each, `(n_sentences,)`; equal numbers stand together.
        """
        share = self.whole_share(context)
        whole = self.passage.logits(context, added, numbers)
        return np.asarray(share * whole + (1 - share) * self.spliced.logits(context))

    def predict_proba(self, context: Floats, added: Floats, numbers: NDArray[np.int64]) -> Floats:
        """Probabilities, `(n_sentences, n_classes)`; a row depends on its own page only, to the bit."""
        return np.asarray(softmax(self.logits(context, added, numbers)), np.float32)
