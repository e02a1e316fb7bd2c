#!/usr/bin/env node
// Writes phrases/<language>/countries.toml: the names of countries, from the Unicode CLDR that node carries.
// Countries alone prove nothing: they count under a column about birth, nationality, origin or passport.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "phrases");

// What CLDR names beside the countries of ISO 3166-1: groups, test regions, islands that are nobody's birthplace.
const left = new Set("AC AQ BV CP CQ DG EA EU EZ HM IC QO TA TF UM UN XA XB ZZ".split(" "));

// Names of columns in databases are English or abbreviated whatever the language of the cells.
const column = [
  "birth (country|ctry|place|nation|land)", "birthplace", "birthcountry", "birthctry", "(country|ctry|place|nation|land) of birth",
  "(country|ctry) birth", "born in", "(country|ctry) born", "cob", "pob (country|ctry)", "nationality", "nationalities", "natl", "(country|nation|place) of origin",
  "origin (country|ctry|nation)", "national origin", "home country", "native country", "citizenship", "citizenships", "(country|ctry) of (citizenship|nationality)",
  "citizenship country", "citizen of", "passport (country|ctry|issuer|issued|nation)", "issuing (country|state|ctry)", "(country|ctry) of issue", "consulate", "consulado",
  "consular", "immigrated from", "came from", "arrived from", "ancestral country",
];
const needs = [
  "birth*", "birthplace", "born", "cob", "pob", "nationality", "nationalities", "natl", "origin", "origins", "homeland", "native", "citizen*", "passport*", "issuing",
  "issuer", "consulate", "consul*", "immigrated", "arrived", "ancest*",
];
const unless = [
  "product*", "item", "sku", "goods", "supplier", "vendor", "manufact*", "made", "shipment", "ship", "shipping", "import", "cargo", "address", "addr", "mailing",
  "phone", "tel", "cuisine", "food", "recipe", "parade", "festival", "flight", "call", "caller id", "species", "plant*", "animal", "wine", "coffee", "film", "song", "vehicle", "veh",
].filter((word) => !word.includes(" "));

// Beside the names of CLDR: what people write, older names, parts of states that people come from.
const languages = {
  en: {
    more: [
      "USA", "U.S.A.", "US", "U.S.", "United States of America", "America", "UK", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland", "Burma", "Myanmar",
      "Ivory Coast", "Cote d'Ivoire", "Czech Republic", "Turkey", "Turkiye", "Russian Federation", "USSR", "Soviet Union", "Former USSR", "Yugoslavia", "Czechoslovakia", "Serbia and Montenegro",
      "Viet Nam", "Republic of Korea", "Korea, Republic of", "Korea", "People's Republic of China", "China, PRC", "PRC", "Hong Kong", "Macau", "Macao", "Tibet", "Congo", "DRC", "DR Congo", "D.R. Congo",
      "Democratic Republic of the Congo", "Republic of the Congo", "Zaire", "Swaziland", "Cape Verde", "East Timor", "Macedonia", "Holland", "The Netherlands", "The Gambia", "The Bahamas", "The Philippines",
      "Dominican Rep", "Dominican Rep.", "D.R.", "Rep. Dominicana", "Trinidad", "Bosnia", "Kurdistan", "Palestine", "West Bank", "Gaza", "Holy See", "Syrian Arab Republic", "Iran, Islamic Republic of", "Moldova, Republic of",
      "Tanzania, United Republic of", "Venezuela, Bolivarian Republic of", "Lao PDR", "Brunei Darussalam", "Micronesia", "FSM", "Stateless", "Unknown foreign country", "UAE", "St Lucia", "Saint Lucia", "St Vincent", "St Kitts",
    ],
    example: ["birthplace = Honduras | Nigeria", "country_of_origin = Ecuador | Peru", "cob = Syria | Ukraine | Burma"],
    other: ["festival = Poland | Mexico", "vendor_country = Canada | Germany", "mail_country = Mexico | Canada"],
  },
  es: {
    more: [
      "EE.UU.", "EEUU", "E.U.", "EUA", "USA", "Estados Unidos de América", "Norteamérica", "Inglaterra", "Escocia", "Birmania", "Costa de Marfil", "República Checa", "Rep. Dominicana", "R.D.", "Rep Dominicana",
      "Méjico", "Salvador", "Corea", "Unión Soviética", "Checoslovaquia", "Yugoslavia", "Holanda", "Palestina", "Hong Kong", "Macao", "Tíbet", "Congo", "Bielorrusia", "Apátrida", "Rusia", "China continental",
    ],
    column: [
      "(pais|lugar) (de|) (nacimiento|nac|origen)", "nacionalidad", "nac", "nacido en", "(pais|lugar) nac*", "pais (de|) (ciudadania|nacionalidad|pasaporte)", "ciudadania", "pasaporte (pais|de|)", "pais (emisor|emision)", "consulado", "procedencia", "pais natal",
    ],
    needs: ["nacimiento", "nacionalidad", "nac", "nacido", "origen", "ciudadania", "pasaporte", "emisor", "consulado", "procedencia", "natal"],
    unless: ["producto*", "mercancia", "proveedor", "fabric*", "direccion", "domicilio", "envio", "comida", "cocina", "desfile", "telefono", "planta"],
    example: ["pais_nacimiento = Honduras | México", "nacionalidad = Ecuador | Perú | Haití"],
    other: ["cocina = México | Perú", "pais_envio = España | Chile"],
  },
  pl: {
    more: ["USA", "U.S.A.", "Stany Zjednoczone Ameryki", "Stany", "Ameryka", "Anglia", "Szkocja", "Birma", "Wybrzeże Kości Słoniowej", "Wlk. Brytania", "Korea", "ZSRR", "Związek Radziecki", "Czechosłowacja", "Jugosławia", "Holandia", "Palestyna", "Hongkong", "Makau", "Kongo", "Polska Rzeczpospolita Ludowa", "Rzeczpospolita Polska", "Bezpaństwowiec"],
    column: ["(kraj|miejsce|panstwo) (urodzenia|ur|pochodzenia)", "kraj (obywatelstwa|paszportu|wydania)", "narodowosc", "obywatelstwo", "paszport (kraj|)", "urodzony w", "konsulat", "ojczyzna"],
    needs: ["urodz*", "ur", "pochodz*", "narodow*", "obywatel*", "paszport*", "konsulat*", "ojczyzna"],
    unless: ["produkt*", "towar*", "dostaw*", "adres*", "kuchnia", "parada", "telefon", "wysyl*", "roslin*"],
    example: ["kraj_urodzenia = Ukraina | Polska | Meksyk", "narodowosc = Białoruś | Mołdawia"],
    other: ["kuchnia = Meksyk | Włochy", "kraj_dostawy = Niemcy | Czechy"],
  },
  "zh-Hans": {
    more: ["美利坚合众国", "中国大陆", "大陆", "中华人民共和国", "台湾", "中国台湾", "香港", "澳门", "中国香港", "中国澳门", "西藏", "韩国", "南韩", "北韩", "朝鲜", "苏联", "前苏联", "南斯拉夫", "英格兰", "苏格兰", "缅甸", "捷克", "俄国", "多米尼加", "刚果", "刚果金", "民主刚果", "巴勒斯坦", "无国籍", "纽西兰", "老挝", "委内瑞拉", "波斯尼亚"],
    column: ["出生国", "出生国家", "出生地", "出生地点", "国籍", "原籍", "原国籍", "祖籍", "籍贯", "来源国", "原居国", "护照国", "护照签发国", "签发国", "发照国", "领事馆", "领馆", "来自国家", "来自哪国", "母国", "祖国"],
    needs: ["出生", "国籍", "原籍", "祖籍", "籍贯", "来源国", "原居", "护照", "签发", "发照", "领事", "领馆", "来自", "母国", "祖国"],
    unless: ["产品", "商品", "货物", "供应商", "制造", "地址", "邮寄", "运送", "菜系", "餐厅", "游行", "电话", "植物", "进口", "产地"],
    example: ["出生国 = 中国 | 越南 | 缅甸", "birth_country = 墨西哥 | 菲律宾"],
    other: ["菜系 = 泰国 | 墨西哥", "邮寄国家 = 加拿大 | 中国"],
  },
  "zh-Hant": {
    more: ["美利堅合眾國", "中國大陸", "大陸", "中華人民共和國", "中華民國", "台灣", "臺灣", "香港", "澳門", "中國香港", "中國澳門", "西藏", "韓國", "南韓", "北韓", "蘇聯", "前蘇聯", "南斯拉夫", "英格蘭", "蘇格蘭", "緬甸", "捷克", "俄國", "剛果", "巴勒斯坦", "無國籍", "紐西蘭", "寮國", "老撾", "委內瑞拉", "意大利", "澳洲", "沙地阿拉伯", "新西蘭"],
    column: ["出生國", "出生國家", "出生地", "出生地點", "國籍", "原籍", "原國籍", "祖籍", "籍貫", "來源國", "原居國", "母國", "祖國", "護照國", "護照簽發國", "簽發國", "發照國", "領事館", "領館", "來自國家", "來自哪國"],
    needs: ["出生", "國籍", "原籍", "祖籍", "籍貫", "來源國", "原居", "護照", "簽發", "發照", "領事", "領館", "來自", "母國", "祖國"],
    unless: ["產品", "商品", "貨物", "供應商", "製造", "地址", "郵寄", "運送", "菜系", "餐廳", "遊行", "電話", "植物", "進口", "產地"],
    example: ["出生國家 = 中國 | 越南 | 台灣", "nationality = 韓國 | 菲律賓"],
    other: ["菜系 = 泰國 | 墨西哥", "郵寄地址國家 = 加拿大 | 日本"],
  },
  ar: {
    more: ["أمريكا", "الولايات المتحدة الأمريكية", "امريكا", "بريطانيا", "إنجلترا", "بورما", "ساحل العاج", "روسيا الاتحادية", "الاتحاد السوفيتي", "يوغوسلافيا", "كوريا", "فلسطين", "الضفة الغربية", "غزة", "كردستان", "هولندا", "عديم الجنسية", "بدون جنسية", "هونغ كونغ", "الكونغو"],
    column: ["(بلد|مكان|دولة|محل) (الميلاد|الولادة|المنشأ|الأصل)", "الجنسية", "جنسية", "بلد (الجنسية|الجواز|الإصدار)", "البلد الأصلي", "بلد إصدار (الجواز|جواز السفر)", "القنصلية", "الموطن", "الموطن الأصلي"],
    needs: ["الميلاد", "الولادة", "المنشأ", "الأصل", "الأصلي", "الجنسية", "جنسية", "الجواز", "جواز", "إصدار", "الإصدار", "القنصلية", "الموطن"],
    unless: ["المنتج", "منتج", "البضاعة", "المورد", "العنوان", "عنوان", "الشحن", "المطبخ", "الهاتف", "النبات"],
    example: ["بلد الميلاد = سوريا | العراق", "nationality = اليمن | السودان"],
    other: ["المطبخ = لبنان | المغرب", "بلد الشحن = كندا | مصر"],
  },
  tl: {
    more: ["Estados Unidos", "Amerika", "USA", "Pilipinas", "Tsina", "Hapon", "Mehiko", "Espanya", "Inglatera", "Korea", "Timog Korea", "Burma", "Hong Kong", "Taywan", "Alemanya", "Pransya", "Rusya", "Unyong Sobyet"],
    column: ["(bansang|lugar ng|bansa ng) (pinagmulan|kapanganakan|sinilangan|pinanggalingan)", "nasyonalidad", "pagkamamamayan", "bansang sinilangan", "saan ipinanganak", "bansa ng pasaporte", "konsulado"],
    needs: ["kapanganakan", "sinilangan", "pinagmulan", "pinanggalingan", "nasyonalidad", "pagkamamamayan", "ipinanganak", "pasaporte", "konsulado"],
    unless: ["produkto", "tirahan", "padala", "lutuin", "pagkain", "telepono", "halaman"],
    example: ["bansang_sinilangan = Pilipinas | Mexico", "nasyonalidad = Pilipinas | Indonesia"],
    other: ["lutuin = Pilipinas | Thailand", "bansa_ng_padala = Japan | Canada"],
  },
  hi: {
    more: ["अमेरिका", "संयुक्त राज्य अमेरिका", "अमरीका", "यूएसए", "इंग्लैंड", "ब्रिटेन", "बर्मा", "हिंदुस्तान", "कोरिया", "सोवियत संघ", "फ़िलिस्तीन", "तिब्बत", "बांग्लादेश"],
    column: ["जन्म (देश|स्थान|का देश|का स्थान)", "जन्मस्थान", "जन्म का (देश|स्थान)", "राष्ट्रीयता", "नागरिकता (का देश|)", "मूल (देश|का देश)", "मूल देश", "पासपोर्ट (देश|का देश)", "जारीकर्ता देश", "वाणिज्य दूतावास"],
    needs: ["जन्म", "जन्मस्थान", "राष्ट्रीयता", "नागरिकता", "मूल", "पासपोर्ट", "जारीकर्ता", "दूतावास"],
    unless: ["उत्पाद", "सामान", "पता", "डाक", "भोजन", "व्यंजन", "फोन", "पौधा"],
    example: ["जन्म देश = भारत | नेपाल", "राष्ट्रीयता = पाकिस्तान | भूटान"],
    other: ["व्यंजन = थाईलैंड | इटली", "डाक का देश = कनाडा | भारत"],
  },
  ur: {
    more: ["امریکہ", "امریکا", "ریاستہائے متحدہ امریکہ", "یو ایس اے", "انگلینڈ", "برطانیہ", "برما", "ہندوستان", "انڈیا", "کوریا", "فلسطین", "سوویت یونین", "بنگلہ دیش"],
    column: ["(پیدائش کا|جائے|مقام) (ملک|پیدائش|مقام)", "پیدائش کا ملک", "قومیت", "شہریت (کا ملک|)", "آبائی (ملک|وطن)", "اصل ملک", "پاسپورٹ (کا ملک|ملک)", "قونصل خانہ", "وطن"],
    needs: ["پیدائش", "قومیت", "شہریت", "آبائی", "اصل", "پاسپورٹ", "قونصل", "وطن"],
    unless: ["مصنوعات", "سامان", "پتہ", "ڈاک", "کھانا", "کھانے", "فون", "پودا"],
    example: ["پیدائش کا ملک = پاکستان | افغانستان", "قومیت = بھارت | نیپال"],
    other: ["کھانے = ترکی | اٹلی", "ڈاک کا ملک = کینیڈا | جاپان"],
  },
  gu: {
    more: ["અમેરિકા", "યુએસએ", "ઇંગ્લેન્ડ", "બ્રિટન", "બર્મા", "હિન્દુસ્તાન", "કોરિયા", "યુનાઇટેડ સ્ટેટ્સ ઑફ અમેરિકા"],
    column: ["જન્મ (દેશ|સ્થળ|નો દેશ|નું સ્થળ)", "જન્મનો દેશ", "જન્મસ્થળ", "રાષ્ટ્રીયતા", "નાગરિકતા", "મૂળ (દેશ|વતન)", "મૂળ દેશ", "પાસપોર્ટ (દેશ|નો દેશ)", "વતન", "કોન્સ્યુલેટ"],
    needs: ["જન્મ", "જન્મનો", "જન્મસ્થળ", "રાષ્ટ્રીયતા", "નાગરિકતા", "મૂળ", "પાસપોર્ટ", "વતન", "કોન્સ્યુલેટ"],
    unless: ["ઉત્પાદન", "માલ", "સરનામું", "ટપાલ", "વાનગી", "ફોન", "છોડ"],
    example: ["જન્મ દેશ = ભારત | કેન્યા", "રાષ્ટ્રીયતા = નેપાળ | પાકિસ્તાન"],
    other: ["વાનગી = થાઇલેંડ | ઇટાલી", "ટપાલ દેશ = કેનેડા | ભારત"],
  },
  uk: {
    more: ["США", "Сполучені Штати Америки", "Америка", "Англія", "Шотландія", "Бірма", "Росія", "Російська Федерація", "РФ", "СРСР", "Радянський Союз", "Білорусія", "Корея", "Голландія", "Палестина", "УРСР", "Чехословаччина", "Югославія", "Без громадянства", "Придністров'я"],
    column: ["(країна|місце) (народження|походження)", "країна (громадянства|паспорта|видачі)", "національність", "громадянство", "громадянство (країна|)", "народжений в", "країна паспорта", "консульство", "батьківщина"],
    needs: ["народж*", "походж*", "національн*", "громадян*", "паспорт*", "консульств*", "батьківщин*"],
    unless: ["товар*", "продукт*", "постачальн*", "адрес*", "доставк*", "кухня", "телефон*", "рослин*"],
    example: ["країна народження = Україна | Молдова", "національність = Польща | Грузія"],
    other: ["кухня = Мексика | Італія", "країна доставки = Канада | Німеччина"],
  },
  ru: {
    more: ["США", "Соединённые Штаты Америки", "Америка", "Англия", "Шотландия", "Бирма", "Российская Федерация", "РФ", "СССР", "Советский Союз", "Белоруссия", "Молдавия", "Киргизия", "Туркмения", "Корея", "Южная Корея", "Северная Корея", "Голландия", "Палестина", "Чехословакия", "Югославия", "УССР", "РСФСР", "Чечня", "Приднестровье", "Без гражданства", "Гонконг", "КНР"],
    column: ["(страна|место) (рождения|происхождения)", "страна (гражданства|паспорта|выдачи)", "национальность", "гражданство", "гражданство (страна|)", "родился в", "консульство", "родина"],
    needs: ["рожден*", "происхож*", "национальн*", "граждан*", "паспорт*", "консульств*", "родина", "родился"],
    unless: ["товар*", "продукт*", "поставщик*", "адрес*", "доставк*", "кухня", "телефон*", "растен*", "производит*"],
    example: ["страна рождения = Узбекистан | Украина", "национальность = Киргизия | Молдавия"],
    other: ["кухня = Мексика | Италия", "страна доставки = Канада | Германия"],
  },
  fr: {
    more: ["USA", "É.-U.", "Etats-Unis", "Etats-Unis d'Amérique", "États-Unis d'Amérique", "Amérique", "Angleterre", "Écosse", "Birmanie", "Côte d'Ivoire", "République tchèque", "RDC", "Congo", "Zaïre", "URSS", "Union soviétique", "Yougoslavie", "Tchécoslovaquie", "Corée", "Hollande", "Palestine", "Tibet", "Apatride", "Grande-Bretagne"],
    column: ["(pays|lieu) (de|d|) (naissance|origine)", "pays (de la|de|) (nationalite|citoyennete|passeport|delivrance)", "nationalite", "citoyennete", "ne en", "pays natal", "passeport pays", "pays emetteur", "consulat"],
    needs: ["naissance", "origine", "nationalite", "citoyennete", "passeport*", "natal", "emetteur", "delivrance", "consulat"],
    unless: ["produit*", "marchandise*", "fournisseur", "fabrica*", "adresse", "livraison", "cuisine", "telephone", "plante*", "vin"],
    example: ["pays_naissance = Haïti | Sénégal", "nationalite = Togo | Maroc"],
    other: ["cuisine = Mexique | Italie", "pays_livraison = Canada | Belgique"],
  },
  ko: {
    more: ["미합중국", "한국", "남한", "북한", "대한민국", "조선", "타이완", "홍콩", "마카오", "영국", "잉글랜드", "소련", "버마", "월남", "무국적", "티베트", "콩고", "팔레스타인"],
    column: ["출생 국가", "출생국", "출생국가", "출생지", "국적", "출신국", "출신 국가", "출신국가", "원국적", "여권 발급국", "여권발급국", "발급국", "발급국가", "영사관", "모국", "고국"],
    needs: ["출생", "출생국", "출생국가", "출생지", "국적", "출신", "출신국", "출신국가", "원국적", "여권", "여권발급국", "발급국", "발급국가", "영사관", "모국", "고국"],
    unless: ["제품", "상품", "공급업체", "제조", "주소", "배송", "요리", "음식", "전화", "식물", "원산지"],
    example: ["출생국 = 대한민국 | 베트남", "국적 = 중국 | 몽골"],
    other: ["요리 = 태국 | 멕시코", "배송 국가 = 캐나다 | 일본"],
  },
  vi: {
    more: ["Mỹ", "Hoa Kỳ", "Hợp chúng quốc Hoa Kỳ", "USA", "Nga", "Liên Xô", "Anh", "Anh quốc", "Úc", "Ý", "Đức", "Pháp", "Nhật", "Nam Hàn", "Bắc Hàn", "Đại Hàn", "Hồng Kông", "Ma Cao", "Miến Điện", "Cam Bốt", "Ấn Độ", "Phi Luật Tân", "Mễ Tây Cơ", "Việt Nam Cộng Hòa", "Thổ Nhĩ Kỳ", "Hà Lan", "Vô quốc tịch"],
    column: ["(nước|quốc gia|nơi|noi|nuoc|quoc gia) (sinh|xuất xứ|gốc|goc)", "quốc tịch", "quoc tich", "nguyên quán", "nguyen quan", "quê quán", "que quan", "nước cấp hộ chiếu", "nuoc cap ho chieu", "hộ chiếu nước", "lãnh sự quán", "lanh su quan", "nước gốc"],
    needs: ["sinh", "tịch", "gốc", "quán", "chiếu", "xứ"],
    unless: ["sản", "hàng", "địa", "món", "ẩm", "thoại", "giao", "gửi", "vật"],
    example: ["nước sinh = Việt Nam | Campuchia", "quoc_tich = Lào | Thái Lan"],
    other: ["món ăn = Thái Lan | Ý", "nước giao hàng = Canada | Nhật Bản"],
  },
  pt: {
    more: ["EUA", "E.U.A.", "USA", "Estados Unidos da América", "América", "Inglaterra", "Escócia", "Birmânia", "Costa do Marfim", "República Tcheca", "Rússia", "URSS", "União Soviética", "Iugoslávia", "Tchecoslováquia", "Coreia", "Coréia do Sul", "Holanda", "Palestina", "Vietnã", "Polônia", "Romênia", "Congo", "Zaire", "Apátrida", "Guiné", "Moçambique", "Cabo Verde"],
    column: ["(pais|local|lugar) (de|) (nascimento|nasc|origem)", "nacionalidade", "naturalidade", "pais (da|de|do|) (cidadania|nacionalidade|passaporte|emissao)", "cidadania", "nascido em", "pais natal", "consulado", "pais emissor"],
    needs: ["nascimento", "nasc", "origem", "nacionalidade", "naturalidade", "cidadania", "passaporte", "natal", "emissor", "emissao", "nascido", "consulado"],
    unless: ["produto*", "mercadoria", "fornecedor", "fabrica*", "endereco", "envio", "entrega", "culinaria", "comida", "telefone", "planta"],
    example: ["pais_nascimento = Brasil | Angola", "nacionalidade = Portugal | Cabo Verde"],
    other: ["culinaria = México | Itália", "pais_entrega = Canadá | Brasil"],
  },
};

function codes() {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const canonical = (code) => new Intl.Locale("und", { region: code }).region === code && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
  return letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => !left.has(code) && names.of(code) && canonical(code));
}

// "Myanmar (Burma)" is two names; what stands in brackets would be an alternative in a pattern.
function spellings(name) {
  const inside = name.match(/^(.*?)\s*[（(]([^)）]*)[)）]\s*(.*)$/u);
  const pieces = inside ? [inside[1], inside[2], `${inside[1]} ${inside[2]}`] : [name];
  return pieces.map((piece) => piece.trim()).filter(Boolean).flatMap((piece) => {
    const out = [piece];
    if (piece.includes("’")) out.push(piece.replaceAll("’", "'"));
    if (piece.includes(" & ")) out.push(piece.replaceAll(" & ", " and "));
    if (piece.startsWith("St. ")) out.push(piece.replace("St. ", "Saint "));
    return out;
  });
}

function list(key, words) {
  const lines = [];
  let line = " ";
  for (const word of words) {
    const quoted = ` ${JSON.stringify(word)},`;
    if (line.length + quoted.length > 150) {
      lines.push(line);
      line = " ";
    }
    line += quoted;
  }
  lines.push(line);
  return `${key} = [\n${lines.join("\n")}\n]\n`;
}

const unique = (words) => [...new Set(words)];

for (const [language, own] of Object.entries(languages)) {
  const names = ["long", "short", "narrow"].flatMap((style) => {
    const display = new Intl.DisplayNames([language], { type: "region", style, fallback: "none" });
    return codes().map((code) => display.of(code)).filter(Boolean);
  });
  const code = unique([...names.flatMap(spellings), ...own.more]).filter((name) => !/[|{}*=()]/u.test(name)).sort();
  const text = [
    "# Written by scripts/countries.mjs from the Unicode CLDR in node; change the script, not this file.\n",
    "[[entry]]\n",
    `id = "${language}-countries"\n`,
    'category = "proxy"\n',
    'means = "a country, under a name about birth, nationality, origin or passport"\n',
    list("code", code),
    list("column", unique([...(own.column ?? []), ...column])),
    list("needs", unique([...(own.needs ?? []), ...needs])),
    list("unless", unique([...(own.unless ?? []), ...unless])),
    list("hits", own.example.map((example) => `value: ${example}`)),
    list("near", own.other.map((example) => `value: ${example}`)),
  ].join("").replace("\n[[entry]]", "\n\n[[entry]]");
  mkdirSync(join(root, language), { recursive: true });
  writeFileSync(join(root, language, "countries.toml"), text);
  process.stdout.write(`${language} ${code.length}\n`);
}
