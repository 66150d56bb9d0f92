"""Publishing a finished model with its card on the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path


class HubError(RuntimeError):
    """The hub cannot be reached or does not take a model; the message is one line with the fix."""


def require_publishable(name: str) -> None:
    """Refuses before training what would stand in the way after it, and is known without the network.

    Raises:
        HubError: there is no token on this machine.
        ValueError: the hub has no such names.
    """
    from huggingface_hub import get_token
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    validate_repo_id(name)
    if get_token() is None:
        raise HubError(f"no token to publish {name} with; run `hf auth login`, or set HF_TOKEN")


def push(folder: Path, name: str, *, private: bool) -> str:
    """Uploads the model in a folder and its card; returns its address.

    Args:
        folder: of the finished model; all its files are published.
        name: `me/filings-reader`; without the first part, under the token's own user.
        private: whether a repository that does not exist yet is made a private one.

    Raises:
        HubError: the hub cannot be reached, or refuses the token, the name or the files.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # httpx's or httpx2's, by its version

    api = HfApi()
    try:
        repository = api.create_repo(name, private=private, exist_ok=True)
        api.upload_folder(repo_id=repository.repo_id, folder_path=folder, commit_message="Model and card")
    except (HTTPError, RuntimeError) as error:
        reason = error.__cause__ if isinstance(error, RuntimeError) and error.__cause__ else error
        raise HubError(f"{_refusal(reason, name, api.endpoint)}; the model is in {folder}") from error
    return str(repository)


def _refusal(error: BaseException, name: str, hub: str) -> str:
    """Why a model was not taken, in one line."""
    from huggingface_hub.errors import HfHubHTTPError

    told = " ".join(str(error).split())
    if not isinstance(error, HfHubHTTPError):
        return f"{name} did not get to {hub} ({told}); check the network and HF_ENDPOINT, then run the same again"
    status = error.response.status_code
    if status == 401:
        return f"{hub} does not know the token; make one at {hub}/settings/tokens and run `hf auth login`"
    if status == 403:
        return f"{hub} does not let this token write to {name}: take a name of your own and a token that may write"
    return f"{hub} does not take {name}: {told}"
