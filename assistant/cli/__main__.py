"""The command line as `python -m assistant.cli`: with the interpreter that is named."""

from assistant.cli import main

if __name__ == "__main__":
    main()
