"""How out-of-office replies begin their subjects, by language. Pure.

Casefolded, and only such beginnings as no person's own subject is likely to have.
"""

from __future__ import annotations

AWAY_SUBJECTS = (
    # English
    "auto:", "auto reply", "auto-reply", "autoreply", "auto response", "automatic reply", "automatic response",
    "automated reply", "out of office", "out of the office", "vacation reply", "away from the office",
    # German
    "automatische antwort", "automatische rückantwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheit:",
    "abwesend:", "außer haus", "ausser haus", "nicht im büro",
    # French
    "réponse automatique", "reponse automatique", "message d'absence", "absence du bureau", "absent du bureau",
    # Spanish, Portuguese
    "respuesta automática", "respuesta automatica", "fuera de la oficina", "ausente de la oficina",
    "resposta automática", "resposta automatica", "fora do escritório", "ausência temporária", "ausência do escritório",
    # Italian, Dutch
    "risposta automatica", "fuori sede", "fuori ufficio", "automatisch antwoord", "afwezig:", "afwezigheidsmelding",
    # Swedish, Danish, Norwegian, Finnish
    "autosvar", "automatiskt svar", "automatisk svar", "frånvaro:", "fravær:", "ikke til stede",
    "automaattinen vastaus", "poissa:", "poissaoloilmoitus",
    # Polish, Czech, Hungarian, Romanian
    "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "automatická odpověď",
    "mimo kancelář", "automatikus válasz", "házon kívül", "răspuns automat",
    # Russian, Ukrainian, Turkish
    "автоматический ответ", "автоответ", "автоматична відповідь", "автовідповідь", "otomatik yanıt", "otomatik cevap",
    "ofis dışında",
    # Japanese, Chinese, Korean
    "自動応答", "自動返信", "不在通知", "自动答复", "自动回复", "自動回覆", "자동 회신", "자동 응답", "부재중",
)  # fmt: skip
