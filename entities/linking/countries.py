"""What English calls the countries and their people, to tell where a place stands in a sentence and whose a body is.

Of each country by its ISO code, folded: its names; its adjectives.
"""

TABLE = """\
AE: united arab emirates, uae, emirates; emirati
AR: argentina; argentine, argentinian
AT: austria; austrian
AU: australia; australian
BD: bangladesh; bangladeshi
BE: belgium, flanders; belgian, flemish
BG: bulgaria; bulgarian
BH: bahrain; bahraini
BR: brazil; brazilian
CA: canada; canadian
CH: switzerland; swiss
CL: chile; chilean
CN: china; chinese
CO: colombia; colombian
CR: costa rica; costa rican
CU: cuba; cuban
CY: cyprus; cypriot
CZ: czechia, czech republic; czech
DE: germany, federal republic of germany; german
DK: denmark; danish
DZ: algeria; algerian
EE: estonia; estonian
EG: egypt; egyptian
ES: spain; spanish
ET: ethiopia; ethiopian
FI: finland; finnish
FR: france; french
GB: united kingdom, uk, u k, britain, great britain, england, scotland, wales; british, english, scottish, welsh
GH: ghana; ghanaian
GR: greece; greek
HK: hong kong
HR: croatia; croatian
HU: hungary; hungarian
ID: indonesia; indonesian
IE: ireland; irish
IL: israel; israeli
IN: india; indian
IQ: iraq; iraqi
IR: iran; iranian
IS: iceland; icelandic
IT: italy; italian
JO: jordan; jordanian
JP: japan; japanese
KE: kenya; kenyan
KR: south korea, republic of korea, korea; south korean, korean
KW: kuwait; kuwaiti
KZ: kazakhstan; kazakh
LB: lebanon; lebanese
LT: lithuania; lithuanian
LU: luxembourg
LV: latvia; latvian
MA: morocco; moroccan
MT: malta; maltese
MX: mexico; mexican
MY: malaysia; malaysian
NG: nigeria; nigerian
NL: netherlands, holland; dutch
NO: norway; norwegian
NP: nepal; nepali
NZ: new zealand
OM: oman; omani
PE: peru; peruvian
PH: philippines; philippine, filipino
PK: pakistan; pakistani
PL: poland; polish
PT: portugal; portuguese
QA: qatar; qatari
RO: romania; romanian
RS: serbia; serbian
RU: russia, russian federation; russian
RW: rwanda; rwandan
SA: saudi arabia; saudi, saudi arabian
SE: sweden; swedish
SG: singapore; singaporean
SI: slovenia; slovenian
SK: slovakia; slovak
SN: senegal; senegalese
TH: thailand; thai
TN: tunisia; tunisian
TR: turkey, turkiye; turkish
TW: taiwan; taiwanese
TZ: tanzania; tanzanian
UA: ukraine; ukrainian
UG: uganda; ugandan
US: united states, united states of america, usa, us, u s, u s a, america; american, federal
UY: uruguay; uruguayan
VN: vietnam; vietnamese
ZA: south africa; south african
ZM: zambia; zambian
ZW: zimbabwe; zimbabwean
"""


def split(names):
    return tuple(names.split(", ")) if names else ()


ROWS = {row[:2]: tuple(map(split, row[4:].partition("; ")[::2])) for row in TABLE.splitlines()}
#: the last word of the name of any country, continent or day of the week, as in “In (South) Korea” and “On Monday”
TIMES_AND_PLACES = frozenset(name.rpartition(" ")[2] for places, _ in ROWS.values() for name in places) | frozenset(
    "africa asia europe oceania monday tuesday wednesday thursday friday saturday sunday".split()
)
#: every word for the people of a country
PEOPLES = frozenset(name for _, peoples in ROWS.values() for name in peoples)


def begins_with(words, code):
    """Whether the folded `words` begin with the name of that country."""
    places, _ = ROWS.get(code, ((), ()))
    words = words[words[:1] == ["the"] :]
    return any(words[: name.count(" ") + 1] == name.split() for name in places)


def ends_with(words, code):
    """Whether the folded `words` end with its name, or the adjective, or the possessive (England's)."""
    words = words[:-1] if words[-1:] == ["s"] and words[-2:] != ["u", "s"] else words
    return any(words[-name.count(" ") - 1 :] == name.split() for names in ROWS.get(code, ()) for name in names)
