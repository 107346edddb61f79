"""The finder of the linker: which names stand where in a text, and which are linked unasked."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from entities.linking.finder import Finder, Term, TooMany
from entities.linking.folding import Folded, fold_words
from entities.text import fold

TERMS = [
    Term("Novartis", "novartis", "institution", "name"),
    Term("University of Pennsylvania", "penn", "institution", "name"),
    Term("Penn", "penn", "institution", "alias"),
    Term("Children's Hospital of Philadelphia", "chop", "institution", "name"),
    Term("CHOP", "chop", "institution", "acronym"),
    Term("Spark Therapeutics", "spark", "institution", "name"),
    Term("Spark", "spark", "institution", "alias"),
    Term("Roche", "roche", "institution", "name"),
    Term("Kyoto University", "kyoto", "institution", "name"),
    Term("AveXis, Inc.", "avexis", "institution", "former", "former name until 2020"),
    Term("St. Jude Children's Research Hospital", "st-jude", "institution", "name"),
    Term("St. Jude", "st-jude", "institution", "alias"),
    Term("National Cancer Institute", "nci", "institution", "name"),
    Term("NCI", "nci", "institution", "acronym"),
    Term("Johnson & Johnson", "jnj", "institution", "name"),
    Term("J&J", "jnj", "institution", "acronym"),
    Term("Alliance for Regenerative Medicine", "arm", "consortium", "name"),
    Term("ARM", "arm", "consortium", "acronym"),
    Term("International Rare Diseases Research Consortium", "irdirc", "consortium", "name"),
    Term("IRDiRC", "irdirc", "consortium", "acronym"),
    Term("Canadian Organization for Rare Disorders", "cord-canada", "consortium", "name"),
    Term("CORD", "cord-canada", "consortium", "acronym"),
    Term("Chinese Organization for Rare Disorders", "cord-china", "consortium", "name"),
    Term("CORD", "cord-china", "consortium", "acronym"),
    Term("Food and Drug Administration", "fda", "regulatory_body", "name"),
    Term("FDA", "fda", "regulatory_body", "acronym"),
    Term("Thai FDA", "thai-fda", "regulatory_body", "alias"),
    Term("EMA", "ema", "regulatory_body", "acronym"),
    Term("Committee for Advanced Therapies", "cat", "regulatory_body", "name"),
    Term("CAT", "cat", "regulatory_body", "acronym"),
    Term("World Health Organization", "who", "regulatory_body", "name"),
    Term("WHO", "who", "regulatory_body", "acronym"),
    Term("Kymriah", "kymriah", "therapy", "name"),
    Term("tisagenlecleucel", "kymriah", "therapy", "generic"),
    Term("CTX001", "casgevy", "therapy", "alias"),
    Term("G47delta", "delytact", "therapy", "alias"),
    Term("ICH E6(R3)", "e6", "guideline", "alias"),
    Term("Spinal muscular atrophy", "sma", "disease", "name"),
    Term("SMA", "sma", "disease", "acronym"),
    Term("Leukaemia", "leukaemia", "disease", "name"),
    Term("Acute lymphoblastic leukaemia", "all", "disease", "name"),
    Term("ALL", "all", "disease", "acronym"),
    Term("Cancer", "cancer", "disease", "name"),
    Term("Lymphoma", "lymphoma", "disease", "name"),
    Term("CAR-T cell therapy", "car-t", "disease", "name"),
    Term("Graft-versus-host disease", "gvhd", "disease", "name"),
    Term("GvHD", "gvhd", "disease", "acronym"),
]
FINDER = Finder(TERMS)


def links(text, finder=FINDER):
    """[(words, key)] of what is linked unasked."""
    return [(text[m.start : m.end], m.readings[0].key) for m in finder.find(text) if m.linked]


def outcomes(mentions):
    """All that is told of each."""
    return [(m.start, m.end, m.readings, m.linked, m.why) for m in mentions]


def reasons(text):
    """{words: why} of what is found and not linked."""
    return {text[m.start : m.end]: m.why for m in FINDER.find(text) if not m.linked}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # longest names, within the ends of words
        ("acute lymphoblastic leukaemia", [("acute lymphoblastic leukaemia", "all")]),
        ("St. Jude Children's Research Hospital", [("St. Jude Children's Research Hospital", "st-jude")]),
        ("St. Jude Children's Research", [("St. Jude", "st-jude")]),
        ("Novartisia and preNovartis", []),
        # possessives, plurals, spellings
        ("Novartis’s, Novartis' and FDA's", [("Novartis", "novartis"), ("Novartis", "novartis"), ("FDA", "fda")]),
        ("lymphomas and leukemias", [("lymphomas", "lymphoma"), ("leukemias", "leukaemia")]),
        ("Johnson and Johnson (J&J)", [("Johnson and Johnson", "jnj"), ("J&J", "jnj")]),
        ("St Jude; Avexis Inc", [("St Jude", "st-jude"), ("Avexis Inc", "avexis")]),
        ("CTX-001, CTX 001, G47Δ", [("CTX-001", "casgevy"), ("CTX 001", "casgevy"), ("G47Δ", "delytact")]),
        ("ICH E6 (R3) and Kymriah™", [("ICH E6 (R3)", "e6"), ("Kymriah", "kymriah")]),
        ("The F.D.A. agreed", [("F.D.A.", "fda")]),
        # capitals
        ("TISAGENLECLEUCEL and Tisagenlecleucel", [("TISAGENLECLEUCEL", "kymriah"), ("Tisagenlecleucel", "kymriah")]),
        ("GVHD, GvHD, gvhd, fda, sma", [("GVHD", "gvhd"), ("GvHD", "gvhd")]),
        ("a spark from the national cancer institute", [("cancer", "cancer")]),
        # lines and paragraphs
        ("spinal\r\n   muscular\u00a0atrophy", [("spinal\r\n   muscular\u00a0atrophy", "sma")]),
        ("spinal\n\nmuscular atrophy", []),
        ("leuk-\n  aemia", [("leuk-\n  aemia", "leukaemia")]),
        ("graft-versus-\nhost disease", [("graft-versus-\nhost disease", "gvhd")]),
        ("Kyoto. University", []),
        ("Kyoto – University", []),
        # addresses, codes
        ("https://www.fda.gov/FDA and a@Novartis.com", []),
        ("/data/FDA/x " + "a/" * 300 + "NCI", [("NCI", "nci")]),
        ("FDA-approved, FDA-123", [("FDA", "fda")]),
    ],
)
def test_a_name_is_found_as_texts_write_it(text, found):
    assert links(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The Novartis Foundation gave.",
        "It was the Novartis Global Health Foundation.",
        "A book of the University of Pennsylvania Press.",
        "We met at Penn Station.",
        "He saw William Penn there.",
        "The American Cancer Society met.",
        "The board of the Chinese FDA met in spring.",
        "The Dutch National Cancer Institute met.",
        "At the National Cancer Institute of Milan it was said.",
        "He wrote Roche B, Penn W. A title.",
        "Novartis Business paid.",
        "It was the Novartis Center for Cells.",
        "At the Novartis Kyoto University Biomedical Research Centre he read the Roche Technology Review.",
        "The Lymphoma and Rare Tumours Journal has it.",
    ],
)
def test_a_name_within_another_name_is_not_linked(text):
    assert links(text) == []
    assert reasons(text)


def test_the_people_and_parts_of_a_body_are_still_its_own():
    text = "Novartis Pharmaceuticals, Novartis CEO Vas Narasimhan, the University of Pennsylvania School of Medicine"
    assert [key for _, key in links(text)] == ["novartis", "novartis", "penn"]


@pytest.mark.parametrize(
    "text",
    [
        "In Japan Novartis sells it.",
        "It is sold (in Europe Novartis) there.",
        "On Monday Novartis said so, and by Friday Novartis had paid.",
        "In South Korea Novartis grew.",
        "In Boston Novartis fell.",
    ],
)
def test_a_place_or_a_day_of_the_sentence_is_no_part_of_the_name_after_it(text):
    assert {key for _, key in links(text)} == {"novartis"}


def test_a_place_before_a_name_of_words_joins_a_public_body_and_no_company():
    assert links("He said that in Italy Spark Therapeutics grew.") == [("Spark Therapeutics", "spark")]
    assert links("He said that in Philadelphia Spark Therapeutics grew.") == [("Spark Therapeutics", "spark")]
    assert not links("He said that in Italy National Cancer Institute doctors met.")


def test_the_brand_of_a_therapy_never_joins_a_country():
    assert [key for _, key in links("The US Kymriah and the Japanese Kymriah are one.")] == ["kymriah"] * 2


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("the Ministry of Health of Germany", True),
        ("the German Ministry of Health", True),
        ("Germany's Ministry of Health", True),
        ("the Ministry of Health of the Federal Republic of Germany", True),
        ("the Ministry of Health of Poland", False),
        ("the Polish Ministry of Health", False),
        ("the American Ministry of Health", False),
    ],
)
def test_a_body_may_be_called_by_its_own_country_and_by_no_other(text, is_own):
    finder = Finder([Term("Ministry of Health", "bmg", "institution", "name", country="DE")])
    assert bool(links(f"It was paid by {text}.", finder)) == is_own


def test_an_acronym_that_is_a_word_needs_the_full_name():
    assert links("ARM and CHOP and CAT.") == []
    assert links("The Alliance for Regenerative Medicine met. ARM agreed.")[1] == ("ARM", "arm")
    assert reasons("Patients had ALL they need.") == {"ALL": "acronym, also an English word"}


def test_an_acronym_that_is_a_word_may_have_another_hint():
    assert ("CHOP", "chop") in links("She works at CHOP in Philadelphia.")
    assert ("CHOP", "chop") in links("Kyoto University and CHOP agreed.")
    assert ("CAT", "cat") in links("EMA's CAT adopted it.")
    assert ("WHO", "who") in links("The WHO agreed.")
    assert ("WHO", "who") not in links("We asked WHO did it.")


@pytest.mark.parametrize(
    "text",
    [
        "an acute respiratory model (ARM); ARM is new",
        "the control arm (ARM) and ARM",
        "ARM (acute respiratory model), and ARM",
        "The data of a novel clinical index, or NCI, are new. NCI",
        "new clinical index (NCI). The NCI",
        "SD, standard deviation; NCI, numerical count index; EMA, elementary; NCI and EMA fell",
        "NCI: the new count index. NCI",
        "a count (new count index, NCI) and NCI",
        "NCI = new count index\nNCI",
        "NCI, a new count index, was high. The NCI",
    ],
)
def test_an_acronym_that_the_text_explains_otherwise_is_not_linked(text):
    assert links(text) == []
    assert set(reasons(text).values()) <= {"the text explains it otherwise", "also an English word"}


@pytest.mark.parametrize(
    "text",
    [
        "Declaration of interests\n\nNCI has received fees from Novartis. EMA and FDA own shares.",
        "Competing interests: Novartis paid. NCI's institution was paid; FDA holds patents.",
        "Author contributions. Conceptualization: NCI, FDA; writing, EMA. NCI read it.",
        "NCI is an employee of Novartis.",
    ],
)
def test_the_initials_of_authors_are_no_acronym(text):
    assert {key for _, key in links(text)} <= {"novartis"}
    assert "perhaps an author" in reasons(text).values()


def test_among_the_interests_of_authors_a_body_that_pays_is_a_body():
    assert links("Conflicts of interest: BB has received grants from NCI and FDA.\n\nNCI paid.")[::2] == [
        ("NCI", "nci"),
        ("NCI", "nci"),
    ]
    assert links("Author contributions. FDA wrote the paper at the NCI.") == [("NCI", "nci")]
    assert ("NCI", "nci") in links("National Cancer Institute\n\nAuthor contributions: NCI wrote the paper.")


@pytest.mark.parametrize("text", ["Form FDA-TPB-112", "D24-1394/FDA/07", "EMA/2019/12"])
def test_a_part_of_the_number_of_a_document_is_no_acronym(text):
    assert links(text) == []


def test_hyphens_and_strokes_alone_make_no_code():
    assert len(links("the FDA/EMA and FDA-EMA work, a non-FDA view of AAV9/SMA")) == 6


def test_the_number_and_the_title_of_a_guideline_stand_for_it():
    text = "European Pharmacopoeia 5.34, Vol. 4: Gene therapy medicinal products for human use"
    finder = Finder(
        [
            Term(text, "5.34", "guideline", "name"),
            Term("WHO: Considerations in developing a framework", "framework", "guideline", "name"),
            Term("WHO: Cells", "cells", "guideline", "name"),
        ]
    )
    found = [
        "European Pharmacopoeia 5.34, Vol. 4",
        "European Pharmacopoeia 5.34, Volume 4",
        "gene therapy medicinal products for human use",
        "Considerations in developing a framework",
    ]
    assert [words for words, _ in links("WHO, cells: " + "; ".join(found), finder)] == found


def test_a_name_of_words_as_in_a_sentence_may_stand_within_one():
    finder = Finder([Term("Joint clinical assessments in the EU", "jca", "collaboration", "name")])
    assert len(links("We read joint clinical assessments in the EU. Joint clinical assessments in the EU", finder)) == 2


def test_a_german_name_is_declined():
    finder = Finder(
        [
            Term("Deutsche Forschungsgemeinschaft", "dfg", "institution", "name"),
            Term("DFG", "dfg", "institution", "acronym"),
            Term("Bundesinstitut für Arzneimittel", "bfarm", "regulatory_body", "name"),
            Term("Hannover Medical School", "mhh", "institution", "name"),
            Term("Medizinische Hochschule Hannover", "mhh", "institution", "translation", language="de"),
            Term("MHH", "mhh", "institution", "acronym"),
        ]
    )
    text = "von der Deutschen Forschungsgemeinschaft (DFG), des Bundesinstituts für Arzneimittel und der neuen "
    text += "Medizinischen Hochschulen Hannovers (MHH)"
    assert [key for _, key in links(text, finder)] == ["dfg", "dfg", "bfarm", "mhh"]


def test_a_list_of_abbreviations_may_explain_an_acronym_as_the_name_of_its_body():
    assert links("ARM, alliance for regenerative medicine; SD, standard deviation. ARM") == [("ARM", "arm")] * 2


def test_what_follows_an_acronym_and_has_not_its_initials_explains_nothing():
    assert len(links("The FDA, facing delays and costs. NCI: no change. The EMA, early.")) == 3


def test_a_full_name_beside_its_acronym_explains_it():
    text = "The Canadian Organization for Rare Disorders (CORD) spoke. CORD met."
    assert [key for _, key in links(text)] == ["cord-canada"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "Novartis in Basel. Spark by spark it burnt.",
        "Spark claims are many.",
        "Spark gaps were seen.",
        "He wrote: “Spark is not enough”.",
        "Spark theory is old.",
    ],
)
def test_a_word_that_begins_a_sentence_is_a_word_even_where_its_company_is_named(text):
    finds = links(f"Spark Therapeutics signed. {text}")
    assert ("Spark", "spark") not in finds and ("Spark Therapeutics", "spark") in finds


@pytest.mark.parametrize(
    "text", ["Spark expects more.", "Spark grew.", "Spark scientists met.", "Spark, a firm.", "Spark recently paid."]
)
def test_a_company_may_begin_a_sentence(text):
    assert ("Spark", "spark") in links(f"Spark Therapeutics signed. {text}")


def test_an_acronym_may_stand_where_its_word_cannot():
    finder = Finder(
        [
            Term("NICE", "nice", "regulatory_body", "acronym", country="GB"),
            Term("WHO", "who", "regulatory_body", "acronym"),
        ]
    )
    text = "England's NICE and the British NICE met WHO. A letter from WHO came. We know WHO did NICE things."
    assert [key for _, key in links(text, finder)] == ["nice", "nice", "who", "who"]


def test_the_islands_are_not_the_company_but_an_institute_is_called_by_its_article():
    finder = Finder(
        [
            Term("Galapagos", "galapagos", "institution", "name"),
            Term("Jonas Salk Institute", "salk", "institution", "name"),
            Term("Salk", "salk", "institution", "alias"),
        ]
    )
    text = "On the Galapagos, in spring. The Galapagos deal. A cell at the Salk."
    assert links(text, finder) == [("Galapagos", "galapagos"), ("Salk", "salk")]


def test_the_number_of_a_road_is_no_guideline():
    finder = Finder(
        [
            Term("ICH M4: Common Technical Document", "m4", "guideline", "name"),
            Term("M4", "m4", "guideline", "alias"),
        ]
    )
    text = "ICH M4 is one. Drive on the M4 to Slough. Write by M4. See the M4 guideline."
    assert [words for words, _ in links(text, finder)] == ["ICH M4", "M4", "M4"]


def test_a_verb_is_no_disease():
    finder = Finder([Term("Burns", "burns", "disease", "name")])
    assert len(links("It burns less. A fire that burns. An mRNA burns out. For burns he paid.", finder)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ICH M4 is one. On day M4; on slide M4, plate M4.", ["ICH M4"]),
        ("ICH M4 is one. Looked at through an M4 microscope. It is in M4.", ["ICH M4", "M4"]),
    ],
)
def test_what_a_label_numbers_is_no_guideline(text, words):
    finder = Finder(
        [Term("ICH M4: Common Document", "m4", "guideline", "name"), Term("M4", "m4", "guideline", "alias")]
    )
    assert [found for found, _ in links(text, finder)] == words


def test_the_title_of_a_guideline_may_stand_in_small_letters():
    finder = Finder([Term("FDA: Long Term Follow-Up After Administration of Products", "ltfu", "guideline", "name")])
    text = "4. Long term follow-up after administration of products. Guidance."
    assert [key for _, key in links(text, finder)] == ["ltfu"]


def test_the_code_of_a_study_stands_for_it():
    finder = Finder([Term("CLIC-01 CAR-T trial", "clic", "collaboration", "name")])
    assert links("A part of CLIC-01, in Canada.", finder) == [("CLIC-01", "clic")]


def test_the_suffix_of_a_biological_belongs_to_its_name():
    finder = Finder([Term("voretigene neparvovec", "luxturna", "therapy", "generic")])
    text = "Voretigene neparvovec-rzyl, voretigene neparvovec-based"
    assert [words for words, _ in links(text, finder)] == ["Voretigene neparvovec-rzyl", "voretigene neparvovec"]


@pytest.mark.parametrize("text", ["US Pharmacopeia", "U.S. Pharmacopeia", "United States Pharmacopeia"])
def test_the_united_states_may_be_short_or_long(text):
    for own in ("US Pharmacopeia", "U.S. Pharmacopeia", "United States Pharmacopeia"):
        finder = Finder([Term(own, "usp", "consortium", "name")])
        assert links(f"It is in the {text}.", finder) == [(text, "usp")]


def test_german_has_a_genitive_without_an_apostrophe():
    finder = Finder([Term("Swissmedic", "swissmedic", "institution", "name")])
    assert links("Das ist Swissmedics Sache.", finder) == [("Swissmedics", "swissmedic")]


def test_a_status_is_no_disease():
    finder = Finder([Term("Rare diseases", "rare", "disease", "name")])
    assert len(links("A Rare Disease designation for a rare disease.", finder)) == 1


def test_a_name_joined_to_others_by_and_is_the_end_of_theirs():
    finder = Finder([Term("Medical Research Council", "mrc", "institution", "name")])
    assert links("The National Health and Medical Research Council paid.", finder) == []
    assert len(links("Wellcome and Medical Research Council money.", finder)) == 1


def test_the_line_of_a_list_ends_a_name_and_a_line_that_is_full_does_not():
    text = "With the {}\nResearch at the poster of the day after the last\n"
    finder = Finder([Term("Society of Gene Therapy", "sgt", "consortium", "name")])
    assert len(links(text.format("Society of Gene Therapy"), finder)) == 1
    assert links(text.format("people of the old, old Society of Gene Therapy"), finder) == []


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Spark (SPRK, buy) grew.", True),
        ("Spark (NASDAQ: SPK) grew.", True),
        ("Spark (XKCD, buy) grew.", False),
        ("A Spark is seen at Roche.", False),
        ("It was told that Little Spark met Roche.", False),
        ("Roche is a firm. Spark, which met Roche, grew.", True),
    ],
)
def test_what_stands_after_a_word_tells_whether_it_is_a_company(text, linked):
    assert (("Spark", "spark") in links(text)) == linked


def test_the_sign_of_shares_is_no_name():
    assert [text for text, _ in links("Novartis (NOVARTIS, buy) and Roche.")] == ["Novartis", "Roche"]


def test_persons_have_first_names_that_no_dictionary_has():
    assert links("Then came Tommaso Roche with cells.") == []
    assert links("Wie die Basler Roche sagt") == [("Roche", "roche")]


def test_initials_with_full_stops_are_those_of_a_person_but_for_a_body_that_the_text_has():
    assert links("N.C.I. and S.M.A. designed the study with S.M.A. Rahman.") == []
    assert len(links("The F.D.A. agreed. Spinal muscular atrophy (S.M.A.) is rare.")) == 3
    assert links("T. Roche is no relation; A.B. Roche is.") == []
    assert links("The U.S. Roche is one.") == [("Roche", "roche")]


def test_a_hyphen_joins_a_word_to_another_body_and_two_names_to_each_other():
    assert links("Roche met the Spark-NUS School.") == [("Roche", "roche")]
    assert len(links("The Roche-Spark deal and the Spark-Roche deal.")) == 4


def test_an_institute_may_be_called_by_its_article_where_its_name_is_a_word():
    finder = Finder(
        [Term("Broad Institute", "broad", "institution", "name"), Term("Broad", "broad", "institution", "alias")]
    )
    assert len(links("It came out of the Broad and of Harvard.", finder)) == 1
    assert links("The Broad of Norfolk, a broad one, the Broad river.", finder) == []


def test_a_word_that_fills_the_cell_of_a_table_is_the_company():
    assert ("Spark", "spark") in links("| Kymriah | Spark | US |\n")
    assert ("Spark", "spark") not in links("| Kymriah | Spark gaps | US |\n")


def test_a_word_beside_another_in_capitals_is_stressed():
    finder = Finder([Term("Wiskott syndrome", "was", "disease", "name"), Term("WAS", "was", "disease", "acronym")])
    text = "Wiskott syndrome (WAS) is rare. WAS patients met. It WAS NOT seen."
    assert [words for words, _ in links(text, finder)] == ["Wiskott syndrome", "WAS", "WAS"]


def test_the_version_of_a_guideline_is_explained_by_nothing():
    finder = Finder([Term("Q5A(R2)", "q5a", "guideline", "alias"), Term("ICH Q12", "q12", "guideline", "alias")])
    assert len(links("Per ICH Q12 you own our quality 5-step answers (Q5A(R2)).", finder)) == 2


def test_a_scan_is_no_committee_though_the_article_has_its_name():
    text = "The Committee for Advanced Therapies met. A CAT scan, CAT 5 cables and CAT minutes."
    assert [words for words, _ in links(text)] == ["Committee for Advanced Therapies", "CAT"]


def test_an_acronym_that_is_called_as_a_name_is_one_in_the_rest_of_the_article():
    finder = Finder([Term("NICE", "nice", "regulatory_body", "acronym", country="GB")])
    assert len(links("In the United Kingdom, NICE agreed. Wales relies on NICE. We did NICE things.", finder)) == 2


def test_an_acronym_that_means_something_else_to_the_field_needs_the_name():
    finder = Finder(
        [Term("CG Therapeutics", "cgt", "institution", "name"), Term("CGT", "cgt", "institution", "acronym")]
    )
    assert links("The field of CGT grows, and CGT is hard.", finder) == []
    assert len(links("CG Therapeutics grows, and CGT is glad.", finder)) == 2


def test_an_acronym_is_its_plural_and_the_plural_it():
    finder = Finder([Term("ERNs", "ern", "consortium", "acronym"), Term("DMC", "dmc", "institution", "acronym")])
    assert len(links("An ERN’s hospitals and the ERNs.", finder)) == 2
    assert links("Data monitoring committees (DMCs) met. A DMC met.", finder) == []


def test_a_remark_in_brackets_explains_no_acronym():
    text = "The Alliance for Regenerative Medicine, ARM (the capitals are the journal’s, not mine), met."
    assert [key for _, key in links(text)] == ["arm", "arm"]
    assert links("a trial (NCI, new count index, as readout) and NCI") == []


def test_a_name_of_several_of_which_the_text_has_two_is_ambiguous():
    finder = Finder(
        [
            Term("ARI-0001", "ari", "therapy", "name"),
            Term("Qartemi", "qartemi", "therapy", "name"),
            *(Term("varnimcabtagene autoleucel", key, "therapy", "generic") for key in ("ari", "qartemi")),
        ]
    )
    assert len(links("Qartemi is varnimcabtagene autoleucel.", finder)) == 2
    assert len(links("Qartemi and ARI-0001 are varnimcabtagene autoleucel.", finder)) == 2


def test_a_name_of_several_is_ambiguous_until_the_text_names_one():
    (mention,) = FINDER.find("CORD met.")
    assert (mention.linked, mention.why) == (False, "ambiguous")
    assert {term.key for term in mention.readings} == {"cord-canada", "cord-china"}
    both = "The Canadian Organization for Rare Disorders met the Chinese Organization for Rare Disorders. CORD agreed."
    assert reasons(both) == {"CORD": "ambiguous"}


def test_a_word_as_a_name_needs_capitals_and_company():
    assert ("Spark", "spark") in links("Roche bought Spark in 2019.")
    assert ("Spark", "spark") in links("Spark Therapeutics grew. Spark was sold.")
    assert ("Spark", "spark") not in links("Spark plugs are no business of Roche.")
    assert ("Spark", "spark") not in links("Apache Spark runs at Roche.")


def test_in_a_line_of_capitals_a_word_is_a_word():
    assert links("PEOPLE WHO CARE FOR ALL CHILDREN") == []
    assert ("FDA", "fda") in links("FDA APPROVES NEW THERAPY")


def test_why_is_said_in_words_for_people():
    (former,) = FINDER.find("AveXis, Inc. was sold.")
    assert former.why == "former name until 2020"
    assert [m.why for m in FINDER.find("Novartis, FDA and tisagenlecleucel")] == ["name", "acronym", "generic name"]


def test_segments_of_an_article_share_their_evidence_and_no_name_goes_over_an_end():
    first, second, third = FINDER.find_all(
        ["ARM met. Kyoto", "University of Alliance", "Alliance for Regenerative Medicine"]
    )
    assert [(m.start, m.end, m.linked) for m in first] == [(0, 3, True)]
    assert second == []
    assert len(third) == 1


def test_more_names_than_there_may_be_are_not_even_judged(monkeypatch):
    assert len(FINDER.find_all(["Novartis", "Penn and Novartis"], 3)) == 2
    monkeypatch.setattr("entities.linking.finder.judge", lambda *_: pytest.fail("judged"))
    with pytest.raises(TooMany):
        FINDER.find_all(["Novartis", "Penn and Novartis"], 2)


# properties

WORDS = ["ab", "abc", "b", "bca", "cc"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def plainest(names, words, gaps):
    """The obvious way: from the left, at each word the longest name whose words stand there with names' gaps."""
    found, place = [], 0
    while place < len(words):
        for length in range(len(words) - place, 0, -1):
            joined = all(gap in (" ", "-") for gap in gaps[place : place + length - 1])
            if joined and " ".join(words[place : place + length]) in names:
                found.append((place, length))
                place += length
                break
        else:
            place += 1
    return found


@given(
    st.sets(NAMES, min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "-", ", ", ". ", "/"]))),
)
@example({"ab abc", "ab abc b cc", "ab"}, [("ab", " "), ("abc", " "), ("b", " "), ("bca", " ")])
def test_the_finder_finds_what_the_plainest_way_finds(names, parts):
    words, gaps = [word for word, _ in parts], [gap for _, gap in parts]
    text = "".join(word + gap for word, gap in parts)
    starts = [sum(map(len, words[:i])) + sum(map(len, gaps[:i])) for i in range(len(words))]
    expected = [(starts[i], starts[i + n - 1] + len(words[i + n - 1])) for i, n in plainest(names, words, gaps)]
    finder = Finder(Term(name, name, "disease", "name") for name in names)
    assert [(m.start, m.end) for m in finder.find(text)] == expected


PIECES = st.sampled_from(
    [term.text for term in TERMS]
    + [" ", "\n", "\r\n", ", ", "é", "e\u0301", "𝒩", "\u00ad", "’s", "(", ")", "京", "ﬁ", "İ", "ß"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8))).map("".join)


@given(TEXTS)
def test_mentions_are_exact_in_order_and_the_same_each_time(text):
    mentions = FINDER.find(text)
    assert outcomes(mentions) == outcomes(FINDER.find(text))
    last = 0
    for mention in mentions:
        assert last <= mention.start < mention.end <= len(text)
        last = mention.end
        found = "".join(fold_words(text[mention.start : mention.end]))
        names = {"".join(fold_words(term.text)) for term in mention.readings}
        assert found in names or len(found) > 1


@given(TEXTS)
def test_every_folded_word_stands_where_it_says(text):
    folded = Folded(text)
    for number, word in enumerate(folded.words):
        if word and word.isascii():
            assert word in Folded(text[folded.start(number) : folded.end(number)]).words


@given(st.text(alphabet="aZé-’ \u00ad,ßØ12\u0301.x\u00a0"))
def test_words_fold_as_the_rest_of_the_base_folds_them(text):
    assert " ".join(fold_words(text)) == fold(text)


NOISE_BETWEEN = st.sampled_from(
    [" ", "\u00a0", "\u202f", "-", "\u2010", "\u2011", "\u2013", "\n", "\r\n  ", " \u00ad", "\u200b "]
)
NOISE_WITHIN = st.sampled_from(["", "", "", "\u00ad", "\u200b", "\u2060", "\ufeff"])


@given(
    st.sampled_from(["Spinal muscular atrophy", "CAR-T cell therapy", "University of Pennsylvania", "Novartis"]),
    st.data(),
)
def test_what_nobody_sees_loses_no_name(name, data):
    """Soft hyphens and joiners within words; spaces, hyphens and line ends of all sorts between them."""
    noisy = ""
    for letter, following in zip(name, [*name[1:], " "], strict=True):
        if letter in " -":
            noisy += data.draw(NOISE_BETWEEN)
        else:  # a soft hyphen at the end of a line divides a word
            noisy += letter + (data.draw(NOISE_WITHIN) if following.isalpha() else "")
    (mention,) = FINDER.find(f"In {noisy}, they said.")
    assert mention.linked
    assert "".join(fold_words(f"In {noisy}"[mention.start : mention.end])) == "".join(fold_words(name))


@given(st.text(alphabet="ab é\u00ad,"), TEXTS)
def test_what_stands_before_a_name_moves_it_and_nothing_else(before, text):
    text = f". Novartis, {text}"
    moved = [(m.start + len(before), m.end + len(before)) for m in FINDER.find(text)]
    assert [(m.start, m.end) for m in FINDER.find(before + text) if m.start >= len(before)] == moved


def test_of_very_many_doubtful_names_the_last_are_left(monkeypatch):
    text = "Sparks fly. Spark. " * 20 + "Novartis and Spark signed."
    assert Finder(TERMS).find(text)[-1].linked
    monkeypatch.setattr("entities.linking.evidence.MOST_WEIGHED", 10)
    mention = Finder(TERMS).find(text)[-1]
    assert (mention.linked, mention.why) == (False, "one doubtful name too many")
