"""Label the sentences of scraped pages: `python classify.py INPUT... [options]`, installed as `winnow`."""

from pipeline.commands.classify import main

if __name__ == "__main__":
    raise SystemExit(main())
