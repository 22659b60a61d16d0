"""Makes pydantic models of output schemas, and parses an answer with each.

`typed_models.py FOLDER ANSWERS NAME PATH...`: FOLDER has NAME.json for each schema, ANSWERS is a file with
`{NAME: answer}`. Prints `kept`, what the models have of the answers (no member that a model does not know), and `typed`,
the values at the paths of the answer NAME, each with the name of its type. A path is one of attributes and indexes.
"""

import importlib.util
import json
import sys
from pathlib import Path

from datamodel_code_generator import DataModelType, InputFileType, generate
from datamodel_code_generator.format import Formatter


def model(schema):
    """The model of a schema, generated as a module beside it."""
    module = schema.with_suffix(".py")
    generate(
        schema,
        input_file_type=InputFileType.JsonSchema,
        output=module,
        output_model_type=DataModelType.PydanticV2BaseModel,
        class_name="Answer",
        formatters=[Formatter.BUILTIN],
    )
    spec = importlib.util.spec_from_file_location(schema.stem, module)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[schema.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded.Answer


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


folder, answers, chosen, *paths = sys.argv[1:]
answers = json.loads(Path(answers).read_text())
parsed = {name: model(Path(folder) / f"{name}.json").model_validate(answer) for name, answer in answers.items()}
kept = {name: value.model_dump(mode="json", by_alias=True, exclude_unset=True) for name, value in parsed.items()}
# A root of alternatives is a RootModel.
root = getattr(parsed[chosen], "root", parsed[chosen])
typed = [[type(value).__name__, str(value)] for value in (at(root, path) for path in paths)]
print(json.dumps({"kept": kept, "typed": typed}))
