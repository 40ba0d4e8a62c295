"""Domains where anybody can have an address, so that it says nothing about a company. Pure.

Free and consumer services, internet providers, and relays that hide an address. Known from common use, not
complete: ``contacts.free_mail`` in config.yaml adds to them.
"""

from __future__ import annotations

# Services that have one name under the domains of many countries.
EVERYWHERE = ("gmail", "googlemail", "hotmail", "live", "msn", "outlook", "yahoo", "ymail", "gmx", "aol", "yandex")
COUNTRIES = """
ar at be bg bo br by ca ch cl cn co co.id co.il co.in co.jp co.kr co.nz co.th co.uk co.za com com.ar com.au com.br
com.co com.hk com.mx com.my com.pe com.ph com.pt com.sg com.tr com.tw com.ua com.ve com.vn cz de dk ee eu es fi fr
gr hu id ie in it jp kr kz lt lv mx my net nl no org pe ph pl pt ro rs ru se sg si sk th ua uk us
"""

SERVICES = """
163.com 126.com 139.com abv.bg aim.com atlas.cz att.net bellsouth.net bigmir.net bigpond.com blueyonder.co.uk
bol.com.br btinternet.com centrum.cz charter.net chello.at clix.pt comcast.net cox.net daum.net duck.com earthlink.net
email.com email.cz fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de globo.com globomail.com gmx.info
hanmail.net hey.com hushmail.com i.ua icloud.com ig.com.br iinet.net.au inbox.com inbox.lv interia.pl iol.pt
itelefonica.com.br juno.com kakao.com kpnmail.nl laposte.net libero.it list.ru mac.com mail.com mail.de mail.ee mail.pt
mail.ru mailbox.org mailfence.com me.com meo.pt mozmail.com my.com naver.com neuf.fr netcabo.pt netcourrier.com
nifty.com ntlworld.com o2.pl oi.com.br onet.pl optonline.net optusnet.com.au orange.es orange.fr pm.me posteo.de
posteo.net privaterelay.appleid.com proton.me protonmail.ch protonmail.com qq.com r7.com rambler.ru rediffmail.com
riseup.net rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be
simplelogin.com simplelogin.io sohu.com sympatico.ca t-online.de talktalk.net telefonica.net telenet.be telia.com
terra.com.br tin.it tiscali.it tlen.pl tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net uol.com.br
users.noreply.github.com verizon.net virgilio.it virginmedia.com vodafone.it vodafone.pt volny.cz walla.co.il
wanadoo.fr web.de windowslive.com wp.pl xs4all.nl xtra.co.nz ya.ru yeah.net zipmail.com.br ziggo.nl zohomail.com
zohomail.eu
"""

FREE_MAIL = frozenset(SERVICES.split()) | {f"{name}.{tld}" for name in EVERYWHERE for tld in COUNTRIES.split()}
