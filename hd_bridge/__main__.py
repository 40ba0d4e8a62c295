"""``python -m hd_bridge``: the command line where ``hd-bridge`` is not on the path. Touches the process."""

from hd_bridge.cli import main

if __name__ == "__main__":
    main()
