"""The software bill of materials (CycloneDX 1.6, JSON): the components and the crates that are compiled into them.

It has no date, and its serial number follows from its content, so the same files give the same text.
"""

import uuid

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from crates import Crate

LICENSES = LicenseFactory()


def text(name: str, version: str, license: str, files: dict[str, tuple[str, tuple[str, str]]], crates: dict) -> str:
    """The document. `files` gives for each component file its SHA-256 and the key of its crate.

    Raises ValueError if the schema of CycloneDX refuses it.
    """
    bom = Bom()
    bom.metadata.timestamp = None
    product = Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=name,
        licenses=[LICENSES.make_from_string(license)],
    )
    bom.metadata.component = product
    libraries = {key: _library(crate) for key, crate in crates.items()}
    for component in libraries.values():
        bom.components.add(component)
    for key, crate in crates.items():
        bom.register_dependency(libraries[key], [libraries[d] for d in sorted(crate.dependencies)])
    built = []
    for file, (sha256, crate) in sorted(files.items()):
        component = Component(
            name=file,
            version=version,
            type=ComponentType.FILE,
            bom_ref=file,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
            licenses=[LICENSES.make_from_string(license)],
        )
        bom.components.add(component)
        bom.register_dependency(component, [libraries[crate]])
        built.append(component)
    bom.register_dependency(product, built)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "".join(f"{f}:{sha}" for f, (sha, _) in sorted(files.items())))
    document = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2) + "\n"
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    if error is not None:
        raise ValueError(f"the bill of materials is not valid: {str(error).splitlines()[0]}")
    return document


def _library(crate: Crate) -> Component:
    purl = PackageURL(type="cargo", name=crate.name, version=crate.version)
    repository = [ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(crate.repository))] if crate.repository else []
    return Component(
        name=crate.name,
        version=crate.version,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED,
        # A crate of this workspace is in no registry, so a package URL would name another package.
        bom_ref=purl.to_string() if crate.checksum else f"{crate.name}@{crate.version}",
        purl=purl if crate.checksum else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=crate.checksum)] if crate.checksum else [],
        licenses=[LICENSES.make_from_string(crate.license)] if crate.license else [],
        external_references=repository,
    )
