"""What mail programs put before the subject of a mail that is passed on or answered, in many languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

FORWARDS = (
    *("fwd", "fw", "forward", "forwarded"),
    *("wg", "weitergeleitet"),  # German
    *("tr", "transféré"),  # French
    *("rv", "reenv", "reenviado"),  # Spanish
    *("enc", "encaminhado", "enc.", "reenc"),  # Portuguese
    *("i", "inoltra", "inoltrato"),  # Italian
    *("doorst", "doorgestuurd"),  # Dutch
    *("pd", "podaj dalej", "przekazane"),  # Polish
    *("vb", "vbs", "vidarebefordrat"),  # Swedish
    *("vs", "videresendt"),  # Danish, Norwegian
    *("vl", "välitetty", "välittäjä"),  # Finnish
    *("пересл", "переслать", "пер", "fwd"),  # Russian, Ukrainian
    *("přeposl", "předáno", "přepos"),  # Czech
    *("továbbítás", "továbbítva", "továbbított"),  # Hungarian
    *("i̇lt", "ilt", "ilet", "yönl"),  # Turkish
    *("redirecționat", "redir"),  # Romanian
    *("πρθ", "προώθ"),  # Greek
    *("转发", "轉寄", "轉發", "转寄"),  # Chinese
    *("転送",),  # Japanese
    *("전달", "회신전달"),  # Korean
    *("הועבר", "העברה"),  # Hebrew
    *("إعادة توجيه", "محول"),  # Arabic
)

ANSWERS = (
    *("re", "aw", "antw", "antwort", "sv", "vs", "rv", "ref", "res", "resp", "rif", "r", "odp", "ynt", "yan", "cevap"),
    *("vá", "válasz", "απ", "αντ", "отв", "ответ", "відп", "на", "bls", "atb", "vast", "odg", "ha", "hs"),
    *("回复", "回覆", "答复", "答覆", "回復", "返信", "答", "회신", "답장", "תגובה", "השב", "رد", "الرد"),
)

ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "vs": ("fra", "frå"),
    "i": ("da", "mittente", "from"),
    "pd": ("od", "nadawca", "from"),
    "tr": ("de", "expéditeur", "from"),
}
"""Short prefixes that mean something else elsewhere count only with a sender named in these words."""
