"""The software bill of materials (CycloneDX 1.6, JSON): the files, the crates and the standard library in them, and the
crates that only ran when they were built.

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


def text(
    name: str, version: str, license: str, rust: str, files: dict[str, tuple[str, tuple[str, str]]], crates: dict
) -> str:
    """The document. `files` gives for each built file its SHA-256 and the key of its crate; `rust` is the compiler's version.

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
    library = Component(
        name="rust-std",
        version=rust,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED,
        bom_ref=f"rust-std@{rust}",
        description="The standard library of Rust, with the C library that the toolchain has for the target",
        licenses=[LICENSES.make_from_string("MIT OR Apache-2.0")],
        external_references=[_repository("https://github.com/rust-lang/rust")],
    )
    bom.components.add(library)
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
        bom.register_dependency(component, [libraries[crate], library])
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
    return Component(
        name=crate.name,
        version=crate.version,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED if crate.is_shipped else ComponentScope.EXCLUDED,
        # A crate of this workspace is in no registry, so a package URL would name another package.
        bom_ref=purl.to_string() if crate.checksum else f"{crate.name}@{crate.version}",
        purl=purl if crate.checksum else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=crate.checksum)] if crate.checksum else [],
        licenses=[LICENSES.make_from_string(crate.license)] if crate.license else [],
        external_references=[_repository(crate.repository)] if crate.repository else [],
    )


def _repository(url: str) -> ExternalReference:
    return ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(url))
