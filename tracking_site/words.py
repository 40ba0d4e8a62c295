"""The words of the tracking site in the languages that it speaks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hd_bridge.render_words import LANGUAGES, Stage, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWords:
    """One language. ``stages`` say where a ticket stands, ``events`` what happened, by kind of ``work.Event``."""

    ticket: str
    unnumbered: str
    no_subject: str
    stages: Mapping[Stage, str]
    progress: str
    done: str
    now: str
    ahead: str
    expected: str
    agent: str
    messages: str
    no_messages: str
    customer: str
    team: str
    files: str
    quoted: str
    answer: str
    how_to_answer: str
    write: str
    faq: str
    history: str
    events: Mapping[str, str]
    footnote: str
    private: str
    missing: str
    missing_why: str


def _stages(received: str, progress: str, waiting: str, solved: str, closed: str, declined: str) -> Mapping[Stage, str]:
    return dict(zip(Stage, (received, progress, waiting, solved, closed, declined), strict=True))


_EN = SiteWords(
    ticket="Ticket",
    unnumbered="Your message has arrived and is being filed. Its ticket number will appear here in a moment.",
    no_subject="Your message to us",
    stages=_stages(
        "We have your message and will look at it soon.",
        "We are working on it.",
        "We have a question for you and are waiting for your answer.",
        "We believe this is solved. If it is not, simply write to us again.",
        "This ticket is closed. If something is still open, simply write to us again.",
        "This ticket is closed without a change. If you see it differently, simply write to us again.",
    ),
    progress="Progress",
    done="done",
    now="current step",
    ahead="still to come",
    expected="Expected",
    agent="In charge",
    messages="Messages",
    no_messages="Your message will appear here shortly.",
    customer="You",
    team="Our team",
    files="Files",
    quoted="Quoted text",
    answer="Something to add?",
    how_to_answer="Reply to any of our emails about this ticket. Your words and your files will reach it.",
    write="Write an email",
    faq="Frequent questions",
    history="What happened when",
    events={
        "received": "Your message arrived",
        "opened": "Ticket opened",
        "noted": "You wrote again",
        "acknowledged": "We confirmed receipt",
        "answered": "We answered",
        "status": "Status: {new}",
        "due": "Expected by {new}",
        "solved": "Solved",
        "reopened": "Opened again",
    },
    footnote="As of {moment}. Time zone: {timezone}.",
    private="Whoever has the address of this page can read it: please share it with care.",
    missing="There is no page here",
    missing_why="Please check that you have the whole address from our email. Links to tickets are long.",
)
_PT = SiteWords(
    ticket="Chamado",
    unnumbered="Sua mensagem chegou e está sendo registrada. O número do chamado aparecerá aqui em instantes.",
    no_subject="Sua mensagem",
    stages=_stages(
        "Recebemos sua mensagem e vamos analisá-la em breve.",
        "Estamos trabalhando nisso.",
        "Temos uma pergunta e aguardamos a sua resposta.",
        "Acreditamos que está resolvido. Se não estiver, basta nos escrever de novo.",
        "Este chamado está encerrado. Se algo ainda ficou pendente, basta nos escrever de novo.",
        "Este chamado foi encerrado sem alterações. Se você não concorda, basta nos escrever de novo.",
    ),
    progress="Andamento",
    done="concluído",
    now="etapa atual",
    ahead="ainda por vir",
    expected="Previsão",
    agent="Responsável",
    messages="Mensagens",
    no_messages="Sua mensagem aparecerá aqui em instantes.",
    customer="Você",
    team="Nossa equipe",
    files="Arquivos",
    quoted="Texto citado",
    answer="Quer acrescentar alguma coisa?",
    how_to_answer="Responda a qualquer e-mail nosso sobre este chamado. Seu texto e seus anexos chegam até ele.",
    write="Escrever um e-mail",
    faq="Perguntas frequentes",
    history="O que aconteceu e quando",
    events={
        "received": "Sua mensagem chegou",
        "opened": "Chamado aberto",
        "noted": "Você escreveu de novo",
        "acknowledged": "Confirmamos o recebimento",
        "answered": "Respondemos",
        "status": "Situação: {new}",
        "due": "Previsão: {new}",
        "solved": "Resolvido",
        "reopened": "Reaberto",
    },
    footnote="Atualizado em {moment}. Fuso: {timezone}.",
    private="Quem tem o endereço desta página pode lê-la: compartilhe-o com cuidado.",
    missing="Não há nenhuma página aqui",
    missing_why="Verifique se o endereço do nosso e-mail está completo. Os links dos chamados são longos.",
)
_DE = SiteWords(
    ticket="Ticket",
    unnumbered="Ihre Nachricht ist angekommen und wird gerade erfasst. Die Ticketnummer erscheint gleich hier.",
    no_subject="Ihre Nachricht",
    stages=_stages(
        "Ihre Nachricht liegt uns vor, wir sehen sie uns bald an.",
        "Wir arbeiten daran.",
        "Wir haben eine Frage an Sie und warten auf Ihre Antwort.",
        "Aus unserer Sicht ist das gelöst. Falls nicht, schreiben Sie uns einfach noch einmal.",
        "Dieses Ticket ist abgeschlossen. Falls noch etwas offen ist, schreiben Sie uns einfach noch einmal.",
        "Dieses Ticket wurde ohne Änderung abgeschlossen. Falls Sie das anders sehen, schreiben Sie uns bitte.",
    ),
    progress="Fortschritt",
    done="erledigt",
    now="aktueller Schritt",
    ahead="steht noch aus",
    expected="Voraussichtlich",
    agent="Zuständig",
    messages="Nachrichten",
    no_messages="Ihre Nachricht erscheint in Kürze hier.",
    customer="Sie",
    team="Unser Team",
    files="Dateien",
    quoted="Zitierter Text",
    answer="Möchten Sie etwas ergänzen?",
    how_to_answer="Antworten Sie auf eine unserer E-Mails zu diesem Ticket. Ihr Text und Ihre Anhänge kommen hier an.",
    write="E-Mail schreiben",
    faq="Häufige Fragen",
    history="Was wann geschah",
    events={
        "received": "Ihre Nachricht kam an",
        "opened": "Ticket eröffnet",
        "noted": "Sie haben erneut geschrieben",
        "acknowledged": "Wir haben den Eingang bestätigt",
        "answered": "Wir haben geantwortet",
        "status": "Status: {new}",
        "due": "Voraussichtlich bis {new}",
        "solved": "Gelöst",
        "reopened": "Wieder geöffnet",
    },
    footnote="Stand: {moment}. Zeitzone: {timezone}.",
    private="Wer die Adresse dieser Seite hat, kann sie lesen: Geben Sie sie bitte nur mit Bedacht weiter.",
    missing="Hier gibt es keine Seite",
    missing_why="Bitte prüfen Sie, ob die Adresse aus unserer E-Mail vollständig ist. Links zu Tickets sind lang.",
)
_ES = SiteWords(
    ticket="Caso",
    unnumbered="Su mensaje ha llegado y se está registrando. El número del caso aparecerá aquí en un momento.",
    no_subject="Su mensaje",
    stages=_stages(
        "Hemos recibido su mensaje y lo veremos pronto.",
        "Estamos trabajando en ello.",
        "Tenemos una pregunta y esperamos su respuesta.",
        "Creemos que está resuelto. Si no es así, escríbanos de nuevo.",
        "Este caso está cerrado. Si queda algo pendiente, escríbanos de nuevo.",
        "Este caso se ha cerrado sin cambios. Si no está de acuerdo, escríbanos de nuevo.",
    ),
    progress="Avance",
    done="hecho",
    now="paso actual",
    ahead="pendiente",
    expected="Previsto",
    agent="A cargo",
    messages="Mensajes",
    no_messages="Su mensaje aparecerá aquí en breve.",
    customer="Usted",
    team="Nuestro equipo",
    files="Archivos",
    quoted="Texto citado",
    answer="¿Desea añadir algo?",
    how_to_answer="Responda a cualquiera de nuestros correos sobre este caso. Lo que escriba o adjunte llegará aquí.",
    write="Escribir un correo",
    faq="Preguntas frecuentes",
    history="Qué ocurrió y cuándo",
    events={
        "received": "Llegó su mensaje",
        "opened": "Caso abierto",
        "noted": "Usted volvió a escribir",
        "acknowledged": "Confirmamos la recepción",
        "answered": "Respondimos",
        "status": "Estado: {new}",
        "due": "Previsto para el {new}",
        "solved": "Resuelto",
        "reopened": "Reabierto",
    },
    footnote="Actualizado: {moment}. Zona horaria: {timezone}.",
    private="Quien tenga la dirección de esta página puede leerla: compártala con cuidado.",
    missing="Aquí no hay ninguna página",
    missing_why="Compruebe que tiene la dirección completa de nuestro correo. Los enlaces a los casos son largos.",
)
_WORDS: Mapping[str, SiteWords] = {"en": _EN, "pt-BR": _PT, "de": _DE, "es": _ES}


def spoken(language: str) -> str:
    """The language of the site that is nearest to a reader's; English where none is."""
    return nearest(language, LANGUAGES) or "en"


def words_of(language: str) -> SiteWords:
    """The words of a language of the site."""
    return _WORDS[spoken(language)]
