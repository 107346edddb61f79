"""Ordinary English words, so that a name that is one of them (Spark, ARM) is not taken at its letters.

`english.txt` has the words of SCOWL up to size 50 (American and British), the short ones up to size 70, in lower case,
and with a capital the names of persons, places and firms of its English spelling dictionary, up to size 60.
The copyright notices of SCOWL, which go with every copy, are in `english.LICENCE`. Which names of bodies exist is data
of the base; only words of the language stand here.
"""

from functools import cache
from pathlib import Path

#: they join the words of a name and tell nothing of it
JOINING = frozenset(
    "a an and as at by de des di do du e et for from in la le of on or the to und van von with y".split()
)
#: what a heading writes small
SMALL = JOINING | frozenset("but from into nor over per than via vs with".split())
#: words that never stand after “the”: written as a name there, they are a name (the WHO)
CLOSED = frozenset(
    "all am are can could did had has he her him his how if it its me no not our she so some that them then there "
    "they this us was we were what when where who why will would you your".split()
)
#: after a name they make the name of another body, place or thing: the Novartis Foundation, Penn Station
ANOTHER = frozenset(
    "academy airport arena association avenue bay beach award awards boulevard bridge building campus cathedral "
    "charity church coast collection city club coalition college consortium council county court cup district "
    "fellowship fellowships field foundation fund gallery garden gardens hall hospital hospitals hotel house inn "
    "institute institutes institutet island islands journal lake lane league lecture lectureship library medal "
    "memorial museum observatory orchestra palace park parkway path plaza pond press prize professor professorship "
    "railway river road scholarship school scholar scholars seminary society square stadium state station street "
    "theater theatre tower trail trust union university valley village".split()
)
#: in a run of capitals after a name they make another body of it, wherever they stand
BODIES = frozenset(
    "association award awards center centre endowment enterprise enterprises foundation fund hospital inn institute "
    "institutes journal park partners press prize review society trust university ventures".split()
)
#: as the next word they do so too, but are parts of an authority: UCL Business, but FDA Center for Devices
ITS_OWN = frozenset("business center centre endowment enterprise enterprises laboratory partners ventures".split())
#: what a body and its people are called after its name
OFFICES = frozenset(
    "agency ag biologist board ceo chair chairman chairwoman chief cso cto dean department director division doctor "
    "dr executive founder group inc investigator laboratory llc ltd manager medicine officer ophthalmologist "
    "president professor provost researcher scientist spokesman spokesperson spokeswoman team trial vice".split()
)
#: a body with one of these in its name may be called by “the” and the rest: the Salk
INSTITUTIONS = frozenset(
    "academy agency association center centre clinic college council foundation fund hospital hospitals infirmary "
    "institut institute institutes institutet ministry network school society trust university".split()
)
#: a sentence with one of these speaks of a guideline
GUIDANCE = frozenset("ctd document documents ema fda gcp gmp guidance guideline guidelines ich section".split())
#: a verb, or what stands before one: a noun before it is its subject
FINITE = frozenset(
    "also always became began bought built can chose could cut did does drew fell first gave grew had has held holds "
    "is kept later led left lost made makes may met might must never not now once paid plans put ran rose runs said "
    "says sells sent set should shut sold soon sought split still then told took was went which who will won would "
    "wrote".split()
)
#: the verbs of a plural, which shows that the word before is a noun: Broad claims are
PLURAL_VERBS = frozenset("are can could do have may might must should were will would".split())
#: a verb follows them: it burns
SUBJECTS = frozenset("he it she that which who".split())
#: they are subjects, and never follow a preposition or end a clause: by WHO, and from WHO.
NOMINATIVE = frozenset("he she they we who".split())
#: before a name they make it that of a person: Mr Spark, little Juno
PERSONS = frozenset("dame dr drs little lord madam miss mr mrs ms mx professor prof rabbi saint sir".split())
#: what is tested or used, but is no body's: the BCA assay
THINGS = frozenset("assay assays buffer kit licence license medium mutation mutations receptor receptors score".split())
#: after a verb, and after no noun: burns out
PARTICLES = frozenset("away down off out through up".split())
#: what a name of diseases is of, and no disease: Rare Pediatric Disease designation
STATUS = frozenset("designation designations priority voucher vouchers".split())
#: what is made with a machine or by post: a CAT scan
SCANS = frozenset("image images imaging scan scanner scanners scanning scans".split())
#: a sentence with one of these speaks of the field
FIELD = tuple(
    "academ acqui antibod approv autolog biolog biotech bought cancer cell clinic collabor compan deal develop "
    "disease donor drug engineer enrol gene genom hospital immun infus laborator leuk licen lymphom manufactur "
    "medic merge mutation oncolog partner patent patient pharma physician preclin regulat research rights scien "
    "shares spin startup stem subsidiar syndrome therap tissue transplant treat trial tumo universit vaccin vector "
    "virus".split()
)
#: acronyms that mean something else to many who work in the field: cell and gene therapy, data monitoring committee,
#: human serum albumin, Merck Sharp & Dohme, the registry number of a chemical, Merkel cell carcinoma
TERMS = frozenset(
    "abm aka ama amc bca bih cas cdi cgt ctd dmc dsmb eda fct hca hsa irb irp mcb mcc mpa mrd msd otp ots rwd rwe sae "
    "scb scn vcn wcb".split()
)
#: words that join in other languages, no acronyms in a line of capitals
FOREIGN = frozenset(
    "auf aus bei das dem den der des die ein eine est fur les mit par pour que qui sur una und une vom von zum "
    "zur".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december spring summer autumn".split()
)
#: before a place or a day they make it an adverb: In Japan Takeda sells it
ADVERBIAL = frozenset("across around at by during for from in on since throughout until within".split())
#: the parts of a body: after its full name they are still that body
PARTS = frozenset("school college campus hall building professor".split())
#: before a name they make another one: the Royal London, West Virginia
BEFORE = frozenset(
    "central east eastern fort greater mount new north northeast northeastern northern northwest northwestern port "
    "royal saint san south southeast southeastern southern southwest southwestern st upper west western".split()
)
#: an abbreviation keeps its full stop within a name
ABBREVIATIONS = frozenset("co corp dr ft inc ltd mt no ph prof st ste vol vs".split())
#: a number after them belongs to the document: Table S12
LABELS = frozenset(
    "appendix chapter day days eq equation exit fig figs figure figures floor gate hall lane lecture level line page "
    "panel plate room row section slide slides stage step table tables week well".split()
)
STATES = frozenset(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois "
    "indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri "
    "montana nebraska nevada ohio oklahoma ontario oregon pennsylvania tennessee texas utah vermont virginia "
    "washington wisconsin wyoming".split()
)


@cache
def words():
    """Every ordinary word; read once, when the first name is asked about."""
    return frozenset(Path(__file__).with_name("english.txt").read_text().split())


def is_known_name(word):
    """Whether `word`, folded, is a name that stands in any dictionary: of a person, a place, a firm."""
    return word.capitalize() in words()


def is_ordinary(word):
    """Whether `word`, folded, is a word that stands in any dictionary, or its plural."""
    known = words()
    return word in known or (word.endswith("s") and word[:-1] in known)
