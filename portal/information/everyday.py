"""Words that say nothing by themselves. Left out of a question as long as others remain.

By language, written as people write them; `folding.words` makes them comparable.
"""

EVERYDAY = {
    "nl": "aan als bij ben dat de die een en er geen heb heeft het hij hoe ik in is je kan "
    "krijg krijgen over mag me met mij mijn moet naar niet of om op te u van voor "
    "waar wat we wie wij wil ze zijn",
    "en": "a am an and are at be can do does for get had has have he how i if in is it may "
    "me must my no not of on or our she that the they this to was we what where who "
    "will with you your",
    "ar": "أن أنا أو أين إلى عن عند عندي على في كم كيف لا لدي لي ما ماذا متى مع من هذا هل هو هي",
    "fr": "à ai au aux avec c ce ces ce comment combien d dans de des du elle en est et "
    "être fait il ils j je l la le les leur m ma mais me mes moi mon ne nous on ou où "
    "par pas peut peux pour qu quand que qui quoi s sa se si son sur t te tu un une "
    "vous y",
    "es": "a al con cómo cuál cuándo cuánto de del donde dónde el en es está esta este hay "
    "la las le lo los me mi mis no o para pero por puede puedo que qué quién se si "
    "sin son su tengo un una y yo",
    "pt": "a ao as com como da das de do dos e ela ele em é está eu há isso mas me meu "
    "minha na não no nos o onde os ou para pode posso por qual quando quanto que quem "
    "se sem são sou tem tenho um uma",
    "tr": "ama ben bana benim beni bir bu da de daha değil dir gibi için ile mi mı mu mü ne "
    "neden nasıl nerede o olarak olur orada sen siz şu var ve veya ya yok",
    "ru": "а без бы быть в вы где да для до его ее если есть еще и из или к как какие какой "
    "когда кто ли меня мне мной мой моя мы на не нет но о об он она они от по при с "
    "со у уже что чтобы это я",
    "so": "aan aniga iyo ama ayaa baa ee ka ku la loo maxaa maxay ma me mid miyaan oo sida "
    "si soo u waa waan waxa waxaan xaggee",
    "ku": "bi bo çawa çi de di dikarim ez heye heya ji ku kî li min na ne û ya yê wek we em",
    "fa": "آیا از است اگر این آن با باید برای به تا چه چی چند چطور چگونه چیست خود در را شود "
    "کجا کن کنم کی که ما من می میشود میتوانم نه هست و یا",
    "fa-AF": "آیا از است اگر این آن با باید برای به تا چه چی چند چطور چگونه چیست خود در را شود "
    "کجا کنم کی که ما من می میتوانم نه هست و یا",
    "ps": "آیا په پر ته تر چې څنګه څه څو څوک د دا دی ده دي زما زه کله کوم که له ما مې نه "
    "هغه و یا یم",
    "ckb": "ئایا ئەم ئەو ئەگەر بە بۆ چۆن چی چەند دا دە دەتوانم کە کەی کێ کوێ لە لەگەڵ من نا "
    "و یا یان",
    "ti": "ኣብ ኣነ ናይ ናብ ካብ ምስ ከመይ ከ ክንደይ መን መዓስ እንታይ እዩ እየ ኣሎ የለን ን ግን ወይ ኣበይ ክኸይድ ይኽእል ዶ",
}
OURSELVES = "dt&v dtv"
"""In any language: nearly every answer is about DT&V."""
