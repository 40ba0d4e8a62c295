"""Lines that telephones add to mails, and words by which people point at answers within a quote. Pure.

Data only, one row a language; each pattern of ``SENT_FROM`` must fit a whole line, in lower case, and has at most one
``{device}``, with no ``|`` outside brackets.
"""

from __future__ import annotations

from collections.abc import Mapping

SENT_FROM: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"sent (?:from|with|via|using) (?:my |the )?{device}",
        r"get (?:outlook|bluemail|spark) for {device}",
        r"sent with proton ?mail(?: secure email)?",
        r"typed on (?:my |a )?{device}",
    ),
    "de": (
        r"(?:von|mit) (?:meinem|meiner|mein) {device} (?:gesendet|geschickt|versendet|verschickt)",
        r"(?:diese nachricht wurde )?von (?:meinem |meiner )?{device} gesendet",
        r"gesendet (?:von|mit|aus)(?: meinem| meiner| der)? {device}",
        r"holen sie sich outlook für {device}",
    ),
    "fr": (
        r"envoyé (?:de|depuis|à partir de|avec) (?:mon |ma |l'|l’)?{device}",
        r"(?:obtenir|télécharger|obtenez) outlook pour {device}",
    ),
    "es": (
        r"enviado (?:desde|con|mediante) (?:mi |el |la )?{device}",
        r"obtener outlook para {device}",
    ),
    "pt": (
        r"enviad[oa] (?:do|da|pelo|pela|a partir do|através do|de|via|com) (?:meu |minha |o )?{device}",
        r"(?:obter o|obtenha o|baixe o|obter) outlook para {device}",
    ),
    "it": (r"inviato (?:da|dal|dalla|con) (?:mio |mia )?{device}", r"(?:scarica|ottieni) outlook per {device}"),
    "nl": (
        r"(?:verzonden|verstuurd) (?:vanaf|van|met|via) (?:mijn )?{device}",
        r"outlook voor {device} downloaden",
        r"download outlook voor {device}",
    ),
    "pl": (
        r"wysłan[eoay] (?:z|ze|za pomocą) (?:mojego |mojej )?{device}",
        r"(?:pobierz|uzyskaj) (?:program )?outlook (?:dla|na) {device}",
    ),
    "sv": (r"skickat från (?:min |mitt )?{device}", r"(?:hämta|skaffa) outlook för {device}"),
    "da": (r"sendt fra (?:min |mit )?{device}", r"(?:hent|få) outlook (?:til|for) {device}"),
    "no": (r"sendt fra (?:min |mitt )?{device}", r"(?:skaff deg|hent) outlook for {device}"),
    "fi": (r"lähetetty (?:omalta |minun )?{device}", r"(?:hanki|lataa) outlook.{0,30}{device}"),
    "cs": (r"odesláno z (?:mého |mé |mojí )?{device}", r"(?:získejte|stáhnout) outlook pro {device}"),
    "sk": (r"odoslané z (?:môjho |mojej )?{device}", r"získajte outlook pre {device}"),
    "hu": (
        r"(?:az? )?{device}(?:-?[a-zíé]{0,6}(?:ról|ről|emről|omról))? küldve",
        r"(?:elküldve|küldve) az? (?:én )?{device}",
        r"az? {device} (?:outlook )?letöltése",
    ),
    "ro": (
        r"trimis de pe (?:telefonul meu )?{device}(?:-ul)?(?: meu)?",
        r"(?:descărcați|obțineți) outlook pentru {device}",
    ),
    "tr": (r"{device} (?:gönderildi|gönderilmiştir)", r"{device} için outlook(?:'u|’u)? (?:edinin|alın)"),
    "ru": (r"отправлено (?:с|из|от) (?:моего )?{device}", r"(?:получить|скачать) outlook для {device}"),
    "uk": (r"(?:надіслано|відправлено) (?:з|із) (?:мого )?{device}", r"(?:отримати|завантажити) outlook для {device}"),
    "el": (
        r"στάλθηκε από το (?:κινητό )?{device}(?: μου)?",
        r"(?:λήψη|αποκτήστε το|αποκτήστε) (?:του )?outlook για {device}",
    ),
    "ja": (r"{device}から送信", r"{device}(?:の|用の?)?outlook を(?:入手|取得)", r"{device} 版 outlook を入手"),
    "zh": (r"(?:发自|發自|来自|從|从|寄自)(?:我的)?\s?{device}", r"获取适用于 {device} 的 outlook"),
    "ko": (r"(?:나의|내) {device}에서 보냄", r"{device}에서 보냄", r"{device}용 outlook (?:다운로드|받기|가져오기)"),
    "ar": (
        r"(?:أُرسلت|أرسلت|تم الإرسال|مرسل) من (?:جهاز |الـ ?|هاتف )?{device}(?: الخاص بي)?",
        r"(?:الحصول على|احصل على) outlook لـ ?(?:نظام )?{device}",
    ),
    "he": (r"נשלח (?:מה-?|מ-?|מן ה-?)(?:מכשיר )?{device}(?: שלי)?", r"(?:קבל|קבלו|הורד) את outlook עבור {device}"),
}

KNOWN = (
    r"(?:iphon\w{0,8}|ipad\w{0,6}|ipod|ios|android\w{0,8}|samsung\w{0,6}|galaxy\w{0,6}|blackberry\w{0,6}|huawei|xiaomi|"
    r"redmi|pixel|nokia\w{0,6}|sony|xperia|oneplus|smartphone\w{0,6}|smartfon\w{0,3}|handy|mobile?|móvil|celular|"
    r"telemóvel|téléphone|telefone|telefon\w{0,4}|telefonino|tablet\w{0,4}|mobil\w{0,5}|puhelim\w{0,6}|phone|mac|"
    r"outlook|gmail|yahoo|gmx|web\.de|proton|protonmail|aol|thunderbird|bluemail|spark|телефона?|смартфона?|айфона?|"
    r"планшета?|手机|手機|携帯|"
    r"mail (?:for|für|pour|para|per|voor|dla|för|til|pro|için|для) (?:windows|mac|ios|android))"
)
"""What mails are sent from; every phrase above has one of them in it."""
DEVICE = (
    r"(?:[\w+.\-]{1,20}['’]?[\w]{0,4} ){0,2}"
    + KNOWN
    + r"(?:['’][\w]{1,6})?(?: (?:"
    + r"pro|max|plus|ultra|mini|air|se|app|mail|mobile|for|via|device|[a-z]{0,2}\d[\w.]{0,8}|o2|[ts]-mobile|"
    + KNOWN
    + r")){0,5}"
)
"""What a mail may be sent from: up to two words, a known thing, and what its maker adds ("12 Pro"); no prose."""

ANSWERED_WITHIN: Mapping[str, tuple[str, ...]] = {
    "en": (
        "see below",
        "answers below",
        "replies below",
        "comments below",
        "response below",
        "inline",
        "in-line",
        "in red",
        "in blue",
        "in green",
        "in bold",
        "in capitals",
        "answered below",
        "find below",
        "written below",
        "marked below",
        "below your questions",
        "between the lines",
        "in the text below",
        "in your mail below",
    ),
    "de": (
        "siehe unten",
        "s. unten",
        "s.u.",
        "unten im text",
        "im text",
        "in rot",
        "in blau",
        "in grün",
        "in fett",
        "rot markiert",
        "antworten unten",
        "im mailtext",
        "zwischen den zeilen",
        "weiter unten",
        "untenstehend",
    ),
    "fr": (
        "ci-dessous",
        "ci-après",
        "voir plus bas",
        "en rouge",
        "en bleu",
        "en vert",
        "en gras",
        "dans le texte",
        "dans votre message",
        "dans le corps",
        "entre les lignes",
    ),
    "es": ("más abajo", "abajo", "a continuación", "en rojo", "en azul", "en verde", "en negrita", "entre líneas"),
    "pt": ("abaixo", "em baixo", "em vermelho", "em azul", "em verde", "a negrito", "em negrito", "no corpo do"),
    "it": ("qui sotto", "di seguito", "in rosso", "in blu", "in verde", "in grassetto", "nel testo", "sotto"),
    "nl": ("zie onder", "hieronder", "onderstaand", "in het rood", "in rood", "in blauw", "in groen", "in de tekst"),
    "pl": ("poniżej", "na czerwono", "na niebiesko", "na zielono", "w treści", "kolorem"),
    "sv": ("se nedan", "nedan", "i rött", "i blått", "i grönt", "med rött", "i texten"),
    "da": ("se nedenfor", "nedenfor", "nedenunder", "med rødt", "med blåt", "i teksten"),
    "no": ("se nedenfor", "nedenfor", "under her", "i rødt", "i blått", "med rødt", "i teksten"),
    "fi": ("alla", "alempana", "punaisella", "sinisellä", "vihreällä", "tekstin sisällä", "tekstin seassa"),
    "cs": ("níže", "červeně", "modře", "zeleně", "v textu"),
    "sk": ("nižšie", "červenou", "v texte"),
    "hu": ("lentebb", "alább", "pirossal", "lent"),
    "ro": ("mai jos", "cu roșu"),
    "tr": ("aşağıda", "kırmızı", "mavi ile", "metin içinde"),
    "ru": ("ниже", "красным", "синим", "зелёным", "зеленым", "в тексте", "по тексту"),
    "uk": ("нижче", "червоним", "синім", "зеленим", "у тексті", "в тексті"),
    "el": ("παρακάτω", "με κόκκινο"),
    "ja": ("下記", "以下に", "赤字", "青字", "インライン", "文中"),
    "zh": ("见下", "如下", "下面", "下方", "红色", "紅色", "蓝色", "藍色", "見下"),
    "ko": ("아래", "빨간", "파란", "본문에"),
    "ar": ("أدناه", "بالأحمر"),
}


REPLY_ABOVE: Mapping[str, tuple[str, ...]] = {
    "en": ("above this line", "above the line"),
    "de": ("über dieser zeile", "oberhalb dieser zeile", "über diese zeile"),
    "fr": ("au-dessus de cette ligne",),
    "es": ("encima de esta línea", "arriba de esta línea", "sobre esta línea"),
    "pt": ("acima desta linha",),
    "it": ("sopra questa riga", "sopra questa linea"),
    "nl": ("boven deze regel", "boven deze lijn"),
    "pl": ("powyżej tej linii", "nad tą linią"),
    "sv": ("ovanför den här raden", "ovanför denna rad"),
    "da": ("over denne linje",),
    "no": ("over denne linjen",),
    "fi": ("tämän rivin yläpuolelle",),
    "cs": ("nad tento řádek", "nad tímto řádkem"),
    "sk": ("nad tento riadok", "nad týmto riadkom"),
    "hu": ("e sor fölé", "a sor fölé"),
    "ro": ("deasupra acestei linii",),
    "tr": ("bu satırın üstüne", "bu satırın üzerine"),
    "ru": ("выше этой строки", "над этой строкой"),
    "uk": ("вище цього рядка", "над цим рядком"),
    "el": ("πάνω από αυτή τη γραμμή", "πάνω από αυτήν τη γραμμή"),
    "ja": ("この行より上", "この線より上"),
    "zh": ("此行以上", "此行上方", "此线以上", "此行之上"),
    "ko": ("이 줄 위",),
    "ar": ("فوق هذا السطر",),
    "he": ("מעל שורה זו",),
}
"""What help desks write on the line above which they ask for an answer; it stands in a frame of signs."""
