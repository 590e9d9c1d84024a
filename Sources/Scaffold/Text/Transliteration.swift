// Letters of other alphabets in those from a to z, for suggestions of names: a small table, not a linguist's.

/// Returns a text in small letters from a to z, as far as they are known.
///
/// - Parameter text: The text.
/// - Returns: The text without accents, and with the usual Latin letters for Greek and Cyrillic ones. Other
///   characters stay.
func transliterated(_ text: String) -> String {
    var result = ""
    for scalar in text.lowercased().unicodeScalars {
        if let letters = latinLetters[scalar] {
            result += letters
        } else if scalar.properties.generalCategory != .nonspacingMark {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// The letters for each character that is known.
private let latinLetters: [Unicode.Scalar: String] = {
    var letters: [Unicode.Scalar: String] = [:]
    for row in latinRows.split(separator: "\n") {
        let words = row.split(separator: " ")
        for scalar in words.dropFirst().joined().unicodeScalars {
            letters[scalar] = words[0] == "-" ? "" : String(words[0])
        }
    }
    return letters
}()

/// The letters, and after them the characters that become these letters; `-` stands for no letter.
private let latinRows = """
    a àáâãäåāăąǎạảấầẩẫậắằẳẵặ а αά
    ae æ
    b б
    c çćĉċč ћ
    ch ч χ
    d ďđð д δ
    dj ђ
    dz џ
    e èéêëēĕėęěẹẻẽếềểễệ еёэ εέ
    f ф φ
    g ĝğġģ гґ γ
    h ĥħ
    i ìíîïĩīĭįıỉị иі ηήιίϊΐ
    ij ĳ
    j ĵ ј
    k ķĸ к κ
    kh х
    l ĺļľŀł л λ
    lj љ
    m м μ
    n ñńņňŉŋ н ν
    nj њ
    o òóôõöøōŏőơọỏốồổỗộớờởỡợ о οόωώ
    oe œ
    p п π
    ps ψ
    r ŕŗř р ρ
    s śŝşšșſ с σς
    sh ш
    shch щ
    ss ß
    t ţťŧț т τ
    th þ θ
    ts ц
    u ùúûüũūŭůűųưụủứừửữự уў
    v в β
    w ŵ
    x ξ
    y ýÿŷỳỵỷỹ ый υύϋΰ
    ya я
    ye є
    yi ї
    yu ю
    z źżž з ζ
    zh ж
    - ъь
    """
