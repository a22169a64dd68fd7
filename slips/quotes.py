"""What of a finding may be shown to the provider: sentences that quote another provider's figures lose their numbers.

Belongs here: whose figures a sentence quotes (`quotes.yml`), who alone reports an indicator, the wording used instead.
Does not belong here: the rules and their sentences (expectations). Standing decision: what nobody has declared harmless is withheld.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sources.declare.declarations import FIGURES, Declarations
from sources.declare.yaml_lines import load_yaml

DECLARED = Path(__file__).with_name("quotes.yml")
INTRINSIC = "intrinsic"
SELF = "self"
WITHHELD = ("expected", "expected_en", "expected_low", "expected_high", "baseline_n", "error_rate", "impact_permille")


@cache
def declared() -> dict:
    """The content of `quotes.yml`."""
    return load_yaml(DECLARED)


class Owners:
    """Who reports what: indicator to the providers of each province whose forms hold it."""

    def __init__(self, declarations: Declarations) -> None:
        self._known = declarations
        self._by_indicator: dict[tuple[str, str], set[str]] = {}
        for provider in declarations.providers.values():
            for form in (declarations.forms[form_id] for form_id in provider.forms):
                for column in form.columns if form.kind == FIGURES else ():
                    self._by_indicator.setdefault((provider.province, column.field), set()).add(provider.provider_id)

    def others(self, provider_id: str, indicator: str) -> set[str]:
        """Providers beside this one that report the indicator in its province; an indicator nobody reports is nobody's."""
        provider = self._known.providers.get(provider_id)
        return self._by_indicator.get((provider.province, indicator), set()) - {provider_id} if provider else {"?"}

    def name(self, provider_id: str) -> tuple[str, str]:
        """Name of an office in both languages."""
        provider = self._known.providers.get(provider_id)
        return (provider.name_zh, provider.name_en or provider.name_zh) if provider else (provider_id, provider_id)


def quoted(rule: dict, indicator: str | None) -> list[str] | None:
    """Indicators whose figures the rule's sentences quote; [] for none beyond the return, None where it is not declared."""
    if rule.get("stage") == INTRINSIC:
        return []
    says = declared()["rules"].get(rule.get("rule_code")) or declared()["families"].get(rule.get("family"))
    if isinstance(says, dict):
        says = says.get(indicator)
    if says is None or indicator is None:
        return None
    return [indicator] if says == SELF else sorted({indicator, *says})


def for_provider(finding: dict, rule: dict, owners: Owners, own_value: str | None) -> dict:
    """The finding as its provider may read it; `withheld` says whether anything was left out. `own_value`: the cell as sent."""
    indicators = quoted(rule, finding["indicator"])
    if indicators is not None:
        foreign = sorted({other for i in indicators for other in owners.others(finding["provider_id"], i)})
        if not foreign:
            return finding | {"withheld": False}
    else:
        foreign = []
    return finding | dict.fromkeys(WITHHELD) | _plain_words(rule, [owners.name(other) for other in foreign]) | {"seen": own_value, "withheld": True}


def _plain_words(rule: dict, offices: list[tuple[str, str]]) -> dict[str, str]:
    whose_zh = "、".join(zh for zh, _ in offices) or "其他报送单位"
    whose_en = ", ".join(en for _, en in offices) or "other providers"
    code = rule.get("rule_code", "")
    return {
        "why_zh": f"与{whose_zh}的数据不能互相印证，规则为“{rule.get('title_zh') or code}”。对方的数值和差额不在本通知单列出，需核验。",
        "why_en": f"Does not agree with figures of {whose_en}, by the rule “{rule.get('title_en') or code}”. Their figures and the difference are not shown here; please verify.",
        "mend_zh": f"请核对本单位数据的计量单位、口径和修订版次，并与{whose_zh}核对；如有误请更正，如属实请说明。",
        "mend_en": f"Check unit, definition and vintage of your own figure, and agree them with {whose_en}; correct it, or explain.",
    }
