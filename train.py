"""Train and measure a sentence classifier: `python train.py [CORPUS...] [-o models/NAME]`."""

from pipeline.commands.train import main

if __name__ == "__main__":
    raise SystemExit(main())
