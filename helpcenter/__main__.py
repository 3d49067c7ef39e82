"""`python -m helpcenter` and the `helpcenter` command."""


def main() -> None:
    """Run the command line."""
    from helpcenter.cli.main import app

    app()


if __name__ == "__main__":
    main()
