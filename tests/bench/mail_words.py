"""Words of made-up support mails in four languages and three scripts more, without signs that markup reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a customer says. ``{word}`` is the mail's own word, ``{number}`` an order of theirs."""

    code: str
    names: tuple[str, ...]
    subjects: tuple[str, ...]
    greeting: str
    filler: tuple[str, ...]
    bodies: tuple[str, ...]
    answers: tuple[str, ...]
    numbered: str
    reply: str
    quoting: str
    farewell: str
    away: str
    files: tuple[str, ...]


ENGLISH = Speech(
    code="en",
    names=("Grace Tanner", "Oliver Pratt", "Zoë Whitfield", "Liam O'Rourke", "Priya Nair"),
    subjects=("Export {word} stops half way", "Where do I change {word}", "Report {word} is broken", "Login {word}"),
    greeting="Hello,",
    filler=(
        "We have used your product for two years and are quite happy with it.",
        "I tried it in two browsers and on the phone as well.",
        "My colleague at the next desk sees the same thing.",
        "It worked last week, before the weekend.",
    ),
    bodies=(
        "The report {word} stops after the third page and says nothing",
        "Since this morning the list {word} stays empty for all of us",
        "Please tell me where the setting {word} has gone to",
    ),
    answers=("Meanwhile {word} happens on the second computer too", "Thank you, with {word} it works again"),
    numbered="[Order #{number}] parcel {word} has not come",
    reply="Re:",
    quoting="On Friday, support wrote:",
    farewell="Kind regards",
    away="Automatic reply: out of office {word}",
    files=("invoice-2026-10.pdf", "screenshot 2026-11-20.png", "Export (2).csv"),
)

PORTUGUESE = Speech(
    code="pt-BR",
    names=("João Guimarães", "Conceição Araújo", "Thaís Brandão", "Márcio Falcão", "Inês Magalhães"),
    subjects=(
        "Não consigo abrir o relatório {word}",
        "Dúvida sobre a fatura {word}",
        "Exportação {word} não funciona",
        "Alteração de endereço {word}",
    ),
    greeting="Olá, boa tarde,",
    filler=(
        "Já tentamos em outro computador e aconteceu a mesma coisa.",
        "Somos clientes há três anos e nunca tínhamos visto isso.",
        "A conta está no nome da empresa, não no meu.",
        "Ontem à tarde ainda funcionava.",
    ),
    bodies=(
        "A emissão do boleto {word} não é concluída desde ontem à noite",
        "O relatório {word} não mostra as vendas de março e a soma está errada",
        "A integração {word} deixou de atualizar as informações dos usuários",
    ),
    answers=("Ainda não está resolvido e agora {word} também não abre", "Muito obrigado, {word} voltou a funcionar"),
    numbered="[Pedido #{number}] a encomenda {word} não chegou",
    reply="RES:",
    quoting="Em sexta, o suporte escreveu:",
    farewell="Atenciosamente",
    away="Resposta automática: férias {word}",
    files=("fatura março.pdf", "captura de tela 2026-11-20.png", "relação de usuários.csv"),
)

GERMAN = Speech(
    code="de",
    names=("Jürgen Großmann", "Käthe Müller", "Björn Schäfer", "Heiß Günther", "Ulrike Köhler"),
    subjects=(
        "Rechnung {word} ist falsch",
        "Störung beim Drücken von {word}",
        "Frage zu {word}",
        "Export {word} hängt",
    ),
    greeting="Guten Tag,",
    filler=(
        "Wir haben es auf zwei Rechnern und am Telefon versucht.",
        "Bis gestern lief alles ohne Störung.",
        "Unsere Buchhaltung benötigt das bis Freitag.",
        "Der Kollege nebenan sieht genau dasselbe.",
    ),
    bodies=(
        "Die Übersicht {word} zeigt für März einen um zwölf Prozent zu großen Betrag",
        "Beim Öffnen der Datei {word} verschwinden sämtliche Umlaute",
        "Die Schaltfläche {word} lässt sich seit heute früh nicht mehr drücken",
    ),
    answers=("Leider ist {word} noch immer nicht möglich", "Vielen Dank, {word} läuft wieder für alle"),
    numbered="[Bestellung #{number}] Lieferung {word} fehlt",
    reply="AW:",
    quoting="Am Freitag schrieb der Support:",
    farewell="Mit freundlichen Grüßen",
    away="Automatische Antwort: Abwesend {word}",
    files=("Rechnung_2026-10.pdf", "Bildschirmfoto März.png", "Übersicht.csv"),
)

SPANISH = Speech(
    code="es",
    names=("Begoña Núñez", "Íñigo Peña", "Lucía Martín", "Andrés Ibáñez", "Ángela Zúñiga"),
    subjects=(
        "No puedo abrir el informe {word}",
        "Consulta sobre la suscripción {word}",
        "Error al guardar {word}",
        "¿Dónde está la opción {word}?",
    ),
    greeting="Buenos días:",
    filler=(
        "Lo hemos probado en otro equipo y pasa lo mismo.",
        "La semana pasada todavía funcionaba sin problemas.",
        "Necesitamos cerrar el mes antes del viernes.",
        "Mi compañera recibe el mismo aviso en su teléfono.",
    ),
    bodies=(
        "El botón {word} ya no responde desde la última actualización",
        "La página {word} aparece vacía cada mañana en nuestra compañía",
        "El pago {word} aparece dos veces en la sesión de este año",
    ),
    answers=("Seguimos igual, y {word} tampoco está en el menú", "Muchas gracias, {word} ya está como debería"),
    numbered="[Solicitud #{number}] falta el envío {word}",
    reply="RE:",
    quoting="El viernes, soporte escribió:",
    farewell="Un saludo",
    away="Respuesta automática: vacaciones {word}",
    files=("factura octubre.pdf", "imagen de la sesión.png", "señal.csv"),
)

LANGUAGES = (ENGLISH, PORTUGUESE, GERMAN, SPANISH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A mail in a charset of one byte or two: what its program declares, and words that the charset can write."""

    charset: str
    subject: str
    opening: str
    body: str


FOREIGN = (
    Foreign(
        charset="iso-8859-1",
        subject="Überweisung {word} nicht möglich",
        opening="Schönen Tag. Wir haben schon alles überprüft, auch die Zugänge für Österreich.",
        body="Die Überweisung {word} schlägt für Kontoauszüge über tausend Euro fehl",
    ),
    Foreign(
        charset="windows-1252",
        subject="Préfixe {word} – 30 € à créditer",
        opening="Nous avons payé deux fois – voyez « Mes achats ».",
        body="Le paiement {word} de 30 € n’a pas été crédité à l’école",
    ),
    Foreign(
        charset="koi8-r",
        subject="Не открывается отчёт {word}",
        opening="Здравствуйте. Мы пробовали на двух компьютерах, ничего не помогло.",
        body="Отчёт {word} не открывается с прошлой пятницы ни у кого из нас",
    ),
    Foreign(
        charset="shift_jis",
        subject="請求書 {word} が表示されません",
        opening="お世話になっております。昨日から二台のパソコンで試しました。",
        body="請求書 {word} の金額が先月から正しく表示されません",
    ),
    Foreign(
        charset="gb18030",
        subject="报表 {word} 打不开",
        opening="您好,我们已经在两台电脑上试过了,结果都一样。",
        body="报表 {word} 从上周五开始就打不开了",
    ),
)

BYTES_ALONE = Foreign(
    charset="utf-8",
    subject="Ação {word} não concluída",
    opening="Bom dia. A mensagem aparece só às vezes, também no celular.",
    body="A ação {word} não é concluída quando há mais de três usuários",
)
