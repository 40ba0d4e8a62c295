"""How mail systems name themselves, head their reports and say that delivery failed, in their languages. Pure.

Casefolded words. None of them proves anything alone: people write about bounces, and forward them. ``bounce.py`` says
which of them must come together.
"""

from __future__ import annotations

import re

from hd_bridge.mail.patterns import any_of

# The local part, or the name, of who reports. Nobody but a mail system is called so ...
DAEMONS = any_of(
    "mail(?:er|ing)?[-_. ]?daemon", "mdaemon", "mail[-_ ]?sys(?:tem)?", "mail deliver(?:y|ing) (?:sub)?system",
    "mail delivery service", "^microsoftexchange[0-9a-f]{8,}", "delivery subsystem", "double-bounce",
    "internet mail delivery", "mail router", "courier mail server", "maildelivery(?:sub)?system",
    "mail-?delivery-?(?:sub)?system", "mailservice", "mta-?daemon", "mmdf",
)  # fmt: skip
# ... while a person may be the postmaster or the administrator.
POSTMASTERS = any_of(
    "post[-_. ]?master", "system ?administrat(?:or|eur)", "mail ?administrator",
    "administrat(?:or|eur) (?:du )?syst[eè]me?", "administrador de[l]? sistema", "amministratore di sistema",
    "systembeheerder", "^bounces?(?:[-+_].*)?$", "interscan", "mail ?marshal", "^mtas?$", "^smtp", "admin.*mail",
    "mail gateway", "antispam", "network associates", "microsoft outlook",
)  # fmt: skip

# A name of a person in front of such an address: somebody who runs a mail server, and writes.
SYSTEMS = any_of("mail", "post", "system", "serv", "deliver", "admin", "exchange", "outlook", "smtp", "mta", "inter")

SUBJECTS = any_of(
    # English
    r"undeliver(?:ed|able|ed mail)\b", "(?:mail|message|e-?mail) undeliver", r"returned (?:e-?)?mail\b",
    r"failure notice\b",
    "(?:mail |message |e-?mail )?delivery (?:has |was )?(?:failed|failure|error|problem|unsuccessful)",
    "delivery (?:status|failure|error) notification", "delivery notification: delivery has failed",
    r"delivery report\b", "delivery final failure",
    "(?:mail|message|error|problem)s? (?:sending|delivering) (?:your )?(?:mail|message)", "non-?deliver(?:y|able)",
    "(?:your )?(?:mail|message|e-?mail) (?:could|can) ?not be (?:delivered|sent)", "message delivery has failed",
    "could not (?:send|deliver) (?:your )?(?:mail|message)", r"mail (?:system )?error\b",
    "there was an error sending your mail", "unable to deliver", "rejected:", "automatically rejected mail",
    "bounced mail", r"\[bounce\]", "mail returned", "notice: mail delivery status",
    "sorry, your message could ?n.t be delivered", r"user unknown\b", r"undelivered\b", "nondeliverable",
    "delivery attempt (?:has )?failed", "message status - undeliver",
    "(?:mail|message|e-?mail) not delivered", r"delivery notification\b", "permanent delivery",
    # German, French, Dutch, Italian
    "unzustellbar", "nicht zugestellt", "(?:e-?mail|nachricht|mail) (?:ist |konnte )?(?:nicht|un)[ ]?zu(?:ge)?stell",
    "zustellung (?:der nachricht )?fehlgeschlagen", "fehlgeschlagene zustellung", "zurückgesandte nachricht",
    "zustellfehler", "non remis", "non[_ ]remis", "non distribu",
    "(?:échec|echec) (?:de|d.) ?(?:la )?(?:remise|livraison|distribution|envoi)", "message non délivré", "courrier non",
    "onbestelbaar", "niet (?:afgeleverd|bezorgd)", "aflevering mislukt", "non recapitabile",
    "(?:consegna|recapito|invio) (?:del messaggio )?(?:non riuscit|fallit)", "mancato recapito",
    "impossibile (?:recapitare|consegnare)", "posta non recapitata", "messaggio non recapit",
    # Spanish, Portuguese
    "no se (?:puede|pudo|ha podido) entregar", "no entregad", "no se entregó", "(?:error|fallo) (?:de|en la) entrega",
    "correo (?:devuelto|no entregad)", "entrega fallida", "mensaje (?:devuelto|no entregad|rechazado)",
    "no se puede entregar", "não (?:foi )?entregue", "nao entregue", "não é possível entregar",
    "não foi possível entregar", "falha (?:na|de) entrega", "mensagem (?:devolvida|não entregue|rejeitada)",
    "notificação de (?:falha|não entrega)", "e-?mail devolvido",
    # Scandinavian, Finnish
    "kan inte levereras", "olevererbart", "gick inte att leverera", "ej levererbar", "kan ikke leveres", "ikke levert",
    "ikke leveret", "uleveret", "ikke afleveret", "ikke leverbar", "toimittaminen epäonnistui",
    "(?:viestiä )?ei voi(?:tu)? toimittaa", "palautettu",
    # Slavonic, Hungarian, Romanian, Greek, Turkish
    "nie (?:można|udało się) dostarczyć", "niedostarczon", "niedoręcz", "zwrot wiadomości", "nedoručiteln", "nedoručen",
    "nelze doručit", "kézbesíthetetlen", "sikertelen kézbesítés", "nelivrat", "nu (?:a putut fi|poate fi) livrat",
    "μη παραδοτέο", "αποτυχία παράδοσης", "teslim edilemedi", "teslim edilemeyen", "gönderilemedi", "не ?доставлен",
    "недоставл", "невозможно доставить", "ошибка доставки", "не удалось доставить", "не вдалося доставити",
    "помилка доставки",
    # Japanese, Chinese, Korean
    "配信不能", "配信エラー", "配信できません", "配信に失敗", "配送できません", "送信できません", "届けられません",
    "エラーメール",
    "宛先不明", "无法(?:投递|送达|传递)", "無法(?:傳遞|投遞|送達)",
    "未(?:传递|送达|能送达|傳遞)", "退信", "投递失败", "投遞失敗", "邮件被退回",
    "배달(?:되지 않음|할 수 없|실패| 실패)", "전송 ?실패", "반송",
)  # fmt: skip

# What a system's report opens with, or says of a failure, in words that people do not use of their own mail.
_THESE = r"(?:following|these) (?:recipient|address|user|e-?mail)(?:\(s\)|\(es\)|s|es)?"
_NOT = r"(?:could|can|was|were|has|have|is|did)(?: ?not|n.t)(?: been| be)?"
FAILURES = any_of(
    # who speaks
    "this is the (?:mail system at host|mailer-daemon|qmail-send program|deliver program|postfix program)",
    "(?:this is|this message was created) (?:an )?automatically (?:generated|by|from) (?:the )?(?:mail|delivery)",
    "this is an automatically[ -]generated (?:delivery|mail delivery|message from)",
    "this is a (?:system|machine)-generated", "hello, this is the mail server on",
    "automatisch (?:erstellte|generierte).{0,40}(?:zustell|fehler)",
    # what happened
    rf"{_THESE}[^.\n]{{0,60}}(?:failed|fatal|undeliverable|delivery problem|rejected|permanent)",
    rf"{_THESE}[^.\n]{{0,60}}(?:could not|cannot|not be reached|did not receive)",
    rf"{_NOT} (?:delivered|be delivered|successfully delivered)", rf"{_NOT} (?:reach(?:ed)?|sent to) the following",
    "could not deliver (?:your |the |mail |a )?(?:message|mail|e-?mail)?",
    "(?:unable|not able|wasn.t able|failed|inability) to (?:deliver|send) ",
    r"delivery (?:to|for|of)[^\n]{0,120}(?:failed|aborted|refused|not possible)", "delivery (?:has )?failed",
    "undeliverable", "had (?:permanent fatal errors|delivery problems)", "failed recipients?", "failed addresses",
    "(?:permanent|fatal) (?:fatal )?error", "(?:is|being|been|was) returned to you",
    "returning (?:your )?(?:message|mail) to (?:the )?sender", "had trouble delivering", "returned to (?:the )?sender",
    "(?:user|recipient|mailbox|address|account)s? (?:is |was )?(?:unknown|not found|invalid|disabled)",
    "unknown (?:user|recipient|address)", "no such (?:user|recipient|mailbox|address)",
    "mailbox (?:is )?(?:full|unavailable)", "over quota", "exceeds? (?:the )?(?:allowed|maximum|its)",
    r"e-?mail to [^\n]{0,80} was (?:rejected|refused)", "quota exceeded", "(?:was )?automatically rejected",
    "delivery (?:error|failure)", "address(?:es)? (?:rejected|not found)",
    r"(?:message|mail)[^.\n]{0,30}(?:was|has been) (?:rejected|refused|blocked|bounced)", "while talking to",
    "rcpt to:", "may not exist, or you may not have permission to post", "did not reach the following",
    "not delivered to", r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])", r"(?<!\d)55[0-4][ -](?:#?5\.|[a-z<])",
    # other languages
    "konnte nicht zugestellt", "nicht zugestellt werden", "unzustellbar",
    r"zustellung[^.\n]{0,60}(?:fehlgeschlagen|nicht möglich)",
    "n.a pas (?:pu )?(?:être|etre) (?:remis|délivré|distribué|livré)", "n.a pu être (?:remis|délivré)",
    "échec (?:de|d.) (?:la )?(?:remise|livraison)", "no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entrega",
    "no se ha entregado", "error (?:en|al) (?:la )?entrega",
    "não (?:pôde|pode|foi|puderam)(?: possível)? (?:ser )?(?:entreg|enviad)",
    r"falha (?:na|permanente)[^.\n]{0,20}entrega",
    "non (?:è stato|è stata|può essere|è stato possibile) (?:possibile )?(?:recapita|consegna)",
    "impossibile recapitare", "kon niet worden (?:afgeleverd|bezorgd)", "kan niet worden (?:afgeleverd|bezorgd)",
    "kunde inte levereras", "kan inte levereras", "kunne ikke (?:leveres|afleveres)", "kan ikke leveres",
    "ei voitu toimittaa", r"nie (?:mogła|można|udało się)[^.\n]{0,20}dostarcz",
    "не (?:было|была|может быть|удалось|могло быть) (?:доставлен|доставить)", "не доставлено", "не вдалося доставити",
    "nelze doručit", "nebylo možné doručit", "nem (?:volt )?kézbesíthető", "teslim edile(?:medi|miyor|mez)",
    "nu a putut fi livrat", "配信できません", "配信されません", "配送できません", "送信できません",
    "届けることができません", "宛先が見つかりません", "存在しません",
    "无法(?:投递|送达|传递)", "無法(?:傳遞|投遞|送達)", "被退回", "投递失败", "배달되지 않", "배달하지 못",
    "전송할 수 없", "전송하지 못",
)  # fmt: skip

# Only late, not lost: the system goes on trying.
DELAYS = any_of(
    "(?:has|have|was) not yet been delivered", "(?:message |mail )?still undelivered",
    "will (?:continue|keep)(?: to)? (?:be )?try", "will be (?:re)?tried", "will (?:be )?ret(?:ry|ried)",
    "warning message only", "no action is required on your part", "do not need to resend",
    "don.t need to (?:do anything|resend)", r"delivery (?:to|of|for)?[^.\n]{0,80}(?:is|has been|was) delayed",
    "delivery incomplete", "there was a temporary problem delivering", "could not send message for past",
    "not been delivered (?:to the recipient )?after", "wird weiterhin versucht", "noch nicht zugestellt",
    "verzögert sich", "continuer[ao] à essayer", "se seguirá intentando", "continuaremos tentando",
)  # fmt: skip

# What is over all the same, whatever was tried and will be tried.
LASTING = any_of(
    r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])", r"(?<!\d)55[0-4](?!\d)", "permanent(?:ly)? (?:error|fail|fatal)",
    "given up", "stopped trying", "fatal errors?",
)  # fmt: skip

# Where the letter itself begins again, below the report.
_LETTER = "copy|original|returned|undelivered|unsent|message|header|nachricht|mensaje|mensagem"
COPIES = any_of(
    rf"^[ \t>*]{{0,4}}(?:-{{2,}}|={{3,}}|_{{3,}}|\*{{3,}})[^\n]{{0,60}}(?:{_LETTER})[^\n]{{0,60}}$",
    r"^(?:original|returned|unsent) (?:message|mail)(?: (?:headers?|follows|text))?\b[^\n]{0,30}$",
    r"^included (?:below )?is a copy[^\n]{0,60}$",
    r"^(?:the )?(?:header|text|rest|first)[^\n]{0,40}(?:original|returned|your) message[^\n]{0,40}$",
    r"^received: [^\n]{0,200}$",
    flags=re.MULTILINE,
)  # fmt: skip
