"""The rows of the sample workbook: the achievements of a small adventure game in three languages, some of them wrong.

Every mistake in them is one that people really make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Text = tuple[str, str, str]
"""Display name, what players read before and what they read after they earned it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One achievement with its texts.

    Args:
        chapter: the part of the game that it belongs to.
        identifier: its id without the game's own beginning.
        points: its points.
        hidden: Yes or No.
        repeatable: Yes or No.
        en: in English.
        es: in Spanish.
        ja: in Japanese.
    """

    chapter: str
    identifier: str
    points: int
    hidden: str
    repeatable: str
    en: Text
    es: Text
    ja: Text


PREFIX = "lanternfell."
"""What every id of the game begins with."""
CHAPTERS = ("Village", "Forest", "Caves", "Tower", "Everywhere")

GOOD: tuple[Sample, ...] = (
    Sample("Village", "first_light", 10, "No", "No",
           ("First Light", "Light your lantern for the first time.", "You lit your lantern. The road begins here."),
           ("Primera luz", "Enciende tu farol por primera vez.", "Has encendido tu farol. Aquí empieza el camino."),
           ("最初の灯り", "初めてランタンを灯す。", "ランタンに灯りがともった。旅の始まりだ。")),
    Sample("Village", "good_neighbour", 15, "No", "No",
           ("Good Neighbour", "Talk to everybody in the village.", "You know every name in Lanternfell."),
           ("Buen vecino", "Habla con todos los habitantes del pueblo.", "Conoces a todo el mundo en Lanternfell."),
           ("よき隣人", "村の全員と話す。", "ランタンフェルの全員と知り合いになった。")),
    Sample("Village", "bakers_dozen", 20, "No", "No",
           ("Baker's Dozen", "Bring 13 loaves to the harbour.", "Thirteen loaves, not a crumb missing."),
           ("Docena de fraile", "Lleva 13 panes al puerto.", "Trece panes y ni una miga de menos."),
           ("パン屋の1ダース", "港にパンを13個届ける。", "13個のパンを無事に届けた。")),
    Sample("Village", "night_watch", 25, "No", "No",
           ("Night Watch", "Stay awake in the village until dawn.", "You saw the sun rise over the roofs."),
           ("Ronda nocturna", "Quédate despierto en el pueblo hasta el alba.", "Viste salir el sol sobre los tejados."),
           ("夜警", "夜明けまで村で起きている。", "屋根の向こうに昇る朝日を見た。")),
    Sample("Village", "lost_kitten", 15, "No", "No",
           ("Nine Lives", "Find the innkeeper's kitten.", "The kitten is home and asleep."),
           ("Siete vidas", "Encuentra al gatito de la posadera.", "El gatito está en casa y duerme."),
           ("九つの命", "宿屋の子猫を見つける。", "子猫は家に帰って眠っている。")),
    Sample("Forest", "into_the_woods", 10, "No", "No",
           ("Into the Woods", "Enter the Whispering Forest.", "The trees have noticed you."),
           ("Hacia el bosque", "Entra en el Bosque Susurrante.", "Los árboles te han visto."),
           ("森の中へ", "ささやきの森に入る。", "木々があなたに気づいた。")),
    Sample("Forest", "mushroom_hunter", 20, "No", "Yes",
           ("Mushroom Hunter", "Collect 20 mushrooms in one day.", "Your basket is full, and you are still well."),
           ("Cazador de setas", "Recoge 20 setas en un día.", "Tu cesta está llena y sigues con salud."),
           ("きのこ狩り", "1日で20個のきのこを集める。", "かごがいっぱいになった。体も無事だ。")),
    Sample("Forest", "owl_friend", 30, "No", "No",
           ("Friend of Owls", "Feed the white owl three nights in a row.", "The white owl now follows your light."),
           ("Amigo de los búhos", "Alimenta al búho blanco tres noches seguidas.", "El búho blanco sigue tu luz."),
           ("ふくろうの友", "3夜続けて白いふくろうに餌をやる。", "白いふくろうがあなたの灯りについてくる。")),
    Sample("Forest", "no_trace", 40, "No", "No",
           ("Without a Trace", "Cross the forest without waking anything.", "Not a leaf moved behind you."),
           ("Sin dejar rastro", "Cruza el bosque sin despertar a nadie.", "Ni una hoja se movió a tu paso."),
           ("跡形もなく", "何も起こさずに森を抜ける。", "葉一枚動かさなかった。")),
    Sample("Forest", "oldest_tree", 25, "Yes", "No",
           ("The Oldest Tree", "Find the tree that is older than the forest.", "It was here first. It told you so."),
           ("El árbol más viejo", "Encuentra el árbol anterior al bosque.", "Estaba aquí antes que nadie."),
           ("最古の木", "森より古い木を見つける。", "その木は、自分が最初だと語ってくれた。")),
    Sample("Forest", "fox_race", 30, "No", "Yes",
           ("Quick as a Fox", "Win a race against the fox.", "The fox wants a return match."),
           ("Rápido como un zorro", "Gana una carrera al zorro.", "El zorro pide la revancha."),
           ("きつねより速く", "きつねとの競走に勝つ。", "きつねが再戦を望んでいる。")),
    Sample("Caves", "deep_breath", 20, "No", "No",
           ("Deep Breath", "Dive through the flooded passage.", "You came up on the other side."),
           ("Respira hondo", "Bucea por el pasadizo inundado.", "Has salido al otro lado."),
           ("深呼吸", "水没した通路を潜り抜ける。", "向こう側に浮かび上がった。")),
    Sample("Caves", "crystal_choir", 40, "No", "No",
           ("Crystal Choir", "Play the five crystals in the right order.", "The cave sang back to you."),
           ("Coro de cristal", "Toca los cinco cristales en el orden correcto.", "La cueva te ha respondido cantando."),
           ("水晶の合唱", "5つの水晶を正しい順に鳴らす。", "洞窟が歌い返してくれた。")),
    Sample("Caves", "bat_whisperer", 15, "No", "No",
           ("Bat Whisperer", "Walk past a hundred bats without a light.", "None of them woke up."),
           ("Susurros a los murciélagos", "Pasa sin luz junto a cien murciélagos.", "Ninguno se ha despertado."),
           ("こうもりのささやき", "灯りなしで100匹のこうもりの前を通る。", "一匹も目を覚まさなかった。")),
    Sample("Caves", "miners_song", 25, "No", "No",
           ("The Miners' Song", "Collect all six verses.", "You know the song by heart."),
           ("La canción de los mineros", "Reúne las seis estrofas.", "Te sabes la canción de memoria."),
           ("坑夫の歌", "6つの歌詞をすべて集める。", "歌を全部覚えた。")),
    Sample("Caves", "echo", 35, "Yes", "No",
           ("Echo", "Say the name that nobody says.", "Something answered."),
           ("Eco", "Di el nombre que nadie dice.", "Algo ha respondido."),
           ("こだま", "誰も口にしない名前を言う。", "何かが答えた。")),
    Sample("Tower", "up_the_stairs", 15, "No", "No",
           ("999 Steps", "Climb the tower on foot.", "There was a lift, by the way."),
           ("999 escalones", "Sube a la torre a pie.", "Por cierto, había un ascensor."),
           ("999段", "歩いて塔に登る。", "ちなみに昇降機もあった。")),
    Sample("Tower", "clockmaker", 50, "No", "No",
           ("Clockmaker", "Set the great clock going again.", "It is a quarter past eight at last."),
           ("Relojero", "Pon en marcha el gran reloj.", "Por fin son las ocho y cuarto."),
           ("時計職人", "大時計を再び動かす。", "ようやく8時15分になった。")),
    Sample("Tower", "unbroken", 60, "No", "No",
           ("Unbroken", "Beat the Keeper without losing a heart.", "Not a scratch on you."),
           ("Inquebrantable", "Vence al Guardián sin perder un corazón.", "Ni un rasguño."),
           ("無傷", "ハートを失わずに番人を倒す。", "かすり傷ひとつない。")),
    Sample("Tower", "mercy", 50, "Yes", "No",
           ("Mercy", "Spare the Keeper.", "You put down the sword. So did the Keeper."),
           ("Clemencia", "Perdona al Guardián.", "Has bajado la espada. El Guardián también."),
           ("慈悲", "番人を見逃す。", "あなたは剣を置いた。番人も剣を置いた。")),
    Sample("Tower", "last_light", 50, "No", "No",
           ("Last Light", "Light the beacon on the tower.", "Every lantern in the land can see it."),
           ("Última luz", "Enciende el faro de la torre.", "Todos los faroles del país pueden verlo."),
           ("最後の灯り", "塔のかがり火を灯す。", "国中のランタンから見える。")),
    Sample("Everywhere", "collector", 60, "No", "No",
           ("Collector", "Find all 50 fireflies.", "Fifty small lights, and none in a jar."),
           ("Coleccionista", "Encuentra las 50 luciérnagas.", "Cincuenta lucecitas, y ninguna en un tarro."),
           ("収集家", "50匹のほたるをすべて見つける。", "50の小さな光。瓶には一匹もいない。")),
    Sample("Everywhere", "cartographer", 40, "No", "No",
           ("Cartographer", "Uncover the whole map.", "There is no white spot left."),
           ("Cartógrafo", "Descubre todo el mapa.", "No queda ni una mancha en blanco."),
           ("地図職人", "地図をすべて明らかにする。", "空白の場所はもうない。")),
    Sample("Everywhere", "daily_walk", 5, "No", "Yes",
           ("Daily Walk", "Walk ten thousand steps in a day.", "Your boots have earned a rest."),
           ("Paseo diario", "Camina diez mil pasos en un día.", "Tus botas se han ganado un descanso."),
           ("毎日の散歩", "1日に1万歩を歩く。", "ブーツを休ませてあげよう。")),
    Sample("Everywhere", "swift", 55, "No", "No",
           ("Before the Candle Burns Down", "Finish the story in under two hours.", "The candle is still burning."),
           ("Antes de que arda la vela", "Termina la historia en menos de dos horas.", "La vela sigue encendida."),
           ("ろうそくが消える前に", "2時間以内に物語を終える。", "ろうそくはまだ燃えている。")),
)  # fmt: skip

WRONG_THINGS: tuple[tuple[object, ...], ...] = (
    ("Secret Passage", f"{PREFIX}secret-passage", 20, "Yes", "No"),  # a hyphen
    ("Master of Lanternfell", f"{PREFIX}master", 150, "No", "No"),  # more than 100 points
    ("March the Fourth", datetime(2026, 3, 4), 10, "No", "No"),  # noqa: DTZ001 - Excel's dates have no zone; it was "3.4"
    ("Treasure Map", f"{PREFIX}treasure_map", 20, "No", "No"),
    ("Treasure Map", f"{PREFIX}treasure_map", 25, "No", "No"),  # contradicts the row above
    ("Stargazer", f"{PREFIX}stargazer", "ten", "No", "No"),  # a word for a number
    ("Bookworm", f"{PREFIX}bookworm", 15, "maybe", "No"),  # neither yes nor no
)
WRONG_TEXTS: tuple[tuple[object, ...], ...] = (
    (f"{PREFIX}secret-passage", "en-US", "Secret Passage", "Find the way behind the mill.", "You found the way."),
    (f"{PREFIX}master", "en-US", "Master of Lanternfell", "Earn everything else.", "Nothing is left to do."),
    (f"{PREFIX}treasure_map", "en-US", "Treasure Map", "Put the map together.", "X marks the spot."),
    (f"{PREFIX}stargazer", "en-US", "Stargazer", "Look up for a whole night.", "You counted them all."),
    (f"{PREFIX}bookworm", "en-US", "Bookworm", "Read every book in the tower.", "Silence, please."),
    (f"{PREFIX}first_light", "it-IT", "Prima luce", "Accendi la lanterna.", "La lanterna è accesa."),  # it
    (f"{PREFIX}first_light", "de-DE", "Erstes Licht", "Zünde deine Laterne an.", None),  # an empty description
    (f"{PREFIX}last_light", "fr-FR",
     "La toute dernière lumière de la plus haute tour du pays", "Allumez le phare.", "Tout le pays le voit."),  # 55
    (f"{PREFIX}lost_kiten", "fr-FR", "Neuf vies", "Retrouvez le chaton.", "Le chaton est rentré."),  # a slip in the id
)  # fmt: skip
