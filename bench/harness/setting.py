"""What every part of the harness is given, and the artifacts they share."""

import json
import os
import resource
import subprocess
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))

# The server is alone on the first core; what loads it is on the second.
SERVER_CORE, LOAD_CORE = 0, 1


@dataclass
class Setting:
    build: str
    specs: str
    quick: bool
    folder: str  # scratch, removed at the end

    def program(self, name):
        return os.path.join(self.build, "bin", name)

    def rounds(self, full):
        return min(full, 2) if self.quick else full

    def seconds(self, full):
        return min(full, 2) if self.quick else full

    def path(self, name):
        return os.path.join(self.folder, name)

    def artifact(self, project):
        """The artifact of one of the projects in bench/."""
        artifact = self.path(f"{project}.bca")
        if not os.path.exists(artifact):
            manifest = os.path.join(HERE, "..", project, "barbacane.yaml")
            subprocess.run(
                [self.program("barbacane"), "compile", "--manifest", manifest, "--output", artifact],
                check=True,
                stderr=subprocess.DEVNULL,
            )
        return artifact

    def compiled(self, name, spec, *flags, plugins=None):
        """The artifact of a project of one spec, given as text, and of the plugins it declares."""
        folder = self.path(name)
        os.makedirs(os.path.join(folder, "specs"), exist_ok=True)
        manifest = json.dumps({"specs": "./specs/", "plugins": plugins or {}})
        for file, text in (("barbacane.yaml", manifest), ("specs/api.yaml", spec)):
            with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
                out.write(text)
        artifact = os.path.join(folder, "api.bca")
        subprocess.run(
            [self.program("barbacane"), "compile", "--manifest", f"{folder}/barbacane.yaml",
             "--output", artifact, *flags],
            check=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return artifact


def raise_file_limit():
    """Children inherit it: ten thousand connections need as many files on both sides."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
