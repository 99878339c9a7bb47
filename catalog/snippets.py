"""Text to paste into pipelines, so that they tell AIRE what they changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Snippet:
    name: str
    title: str
    about: str
    text: str


def snippets(base_url: str, slug: str) -> list[Snippet]:
    """For this system. The key is never in them: each reads it from where its tool keeps
    secrets. The same call again is the same change where it names `occurred_at`."""
    return [
        Snippet("curl", "Any pipeline", "Set AIRE_KEY to an API key with the scope write.",
                _curl(base_url, slug)),
        Snippet("github", "GitHub Actions", "Keep the key in the repository's secrets as "
                "AIRE_KEY, under Settings > Secrets and variables > Actions.",
                _github(base_url, slug)),
        Snippet("gitlab", "GitLab CI", "Keep the key as a masked variable AIRE_KEY, under "
                "Settings > CI/CD > Variables.", _gitlab(base_url, slug)),
        Snippet("served", "What really answered", "Tell the version that the provider's answer "
                "names. Another one than before becomes a change by itself.",
                _served(base_url, slug)),
    ]  # fmt: skip


def _curl(base: str, slug: str) -> str:
    return dedent(
        f"""\
        curl --fail --retry 3 --retry-all-errors {base}/api/v1/changes/ \\
          -H "Authorization: Bearer $AIRE_KEY" -H "Content-Type: application/json" \\
          -H "Idempotency-Key: {slug}-$VERSION" \\
          -d '{{"system": "{slug}", "kind": "model", "version": "'"$VERSION"'",
               "summary": "Deployed '"$VERSION"'"}}'
        """
    )


def _github(base: str, slug: str) -> str:
    return dedent(
        f"""\
        - name: Tell AIRE what changed
          if: always()
          env:
            AIRE_KEY: ${{{{ secrets.AIRE_KEY }}}}
          run: |
            jq -n --arg version "$GITHUB_SHA" --arg who "$GITHUB_ACTOR" \\
              --arg url "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID" \\
              --argjson took_effect "${{{{ job.status == 'success' }}}}" \\
              '{{system: "{slug}", kind: "code", version: $version, author: $who, url: $url,
                took_effect: $took_effect, summary: "Deployment from GitHub Actions"}}' |
            curl --fail --retry 3 --retry-all-errors {base}/api/v1/changes/ \\
              -H "Authorization: Bearer $AIRE_KEY" -H "Content-Type: application/json" \\
              -H "Idempotency-Key: {slug}-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT" -d @-
        """
    )


def _gitlab(base: str, slug: str) -> str:
    return dedent(
        f"""\
        tell-aire:
          stage: .post
          image: alpine:3
          script:
            - apk add --no-cache curl jq
            - |
              jq -n --arg version "$CI_COMMIT_SHORT_SHA" --arg url "$CI_PIPELINE_URL" \\
                --arg who "$GITLAB_USER_LOGIN" \\
                '{{system: "{slug}", kind: "code", version: $version, author: $who, url: $url,
                  summary: "Deployment from GitLab CI"}}' |
              curl --fail --retry 3 --retry-all-errors {base}/api/v1/changes/ \\
                -H "Authorization: Bearer $AIRE_KEY" -H "Content-Type: application/json" \\
                -H "Idempotency-Key: {slug}-$CI_PIPELINE_ID" -d @-
        """
    )


def _served(base: str, slug: str) -> str:
    return dedent(
        f"""\
        curl --fail {base}/api/v1/systems/{slug}/served/ \\
          -H "Authorization: Bearer $AIRE_KEY" -H "Content-Type: application/json" \\
          -d '{{"served": "the model field of the answer"}}'
        """
    )
