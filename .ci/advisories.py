"""Lists the known advisories of what is installed, from the JSON of pip-audit on stdin; says where there is none."""

import json
import sys


def main() -> None:
    """Print a line for each advisory, and one for what could not be looked up."""
    try:
        packages = json.load(sys.stdin)["dependencies"]
    except ValueError:
        print("- no advisories: their data can't be reached")
        return
    for package in packages:
        for advisory in package.get("vulns", ()):
            mended = ", ".join(advisory["fix_versions"]) or "no version yet"
            print(f"! {package['name']} {package['version']}: {advisory['id']}, mended in {mended}")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    print(f"- advisories of {len(packages) - len(unknown)} packages looked up; {len(unknown)} could not be")


if __name__ == "__main__":
    main()
