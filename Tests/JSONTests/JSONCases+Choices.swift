// The texts of a public set of cases that a reader of JSON may accept or refuse
// (github.com/nst/JSONTestSuite, the names that begin with i_), and what ours does.

@testable import JSON

extension JSONCase {
    /// Texts that a reader may accept, each with the problem that ours finds, or nil.
    static let choices: [(JSONCase, JSONText.Problem.Kind?)] = [
        (JSONCase("number_double_huge_neg_exp", "[123.456e-789]"), nil),
        (
            JSONCase("number_huge_exp", "[0.4e00669" + String(repeating: "9", count: 110) + "6]"),
            nil
        ),
        (JSONCase("number_neg_int_huge_exp", "[-1e+9999]"), nil),
        (JSONCase("number_pos_double_huge_exp", "[1.5e+9999]"), nil),
        (JSONCase("number_real_neg_overflow", "[-123123e100000]"), nil),
        (JSONCase("number_real_pos_overflow", "[123123e100000]"), nil),
        (JSONCase("number_real_underflow", "[123e-10000000]"), nil),
        (JSONCase("number_too_big_neg_int", "[-123123123123123123123123123123]"), nil),
        (JSONCase("number_too_big_pos_int", "[100000000000000000000]"), nil),
        (
            JSONCase(
                "number_very_big_negative_int",
                "[-237462374673276894279832749832423479823246327846]"
            ),
            nil
        ),
        (JSONCase("object_key_lone_2nd_surrogate", "{\"\\uDFAA\":0}"), .loneSurrogate),
        (JSONCase("string_1st_surrogate_but_2nd_missing", "[\"\\uDADA\"]"), .loneSurrogate),
        (
            JSONCase("string_1st_valid_surrogate_2nd_invalid", "[\"\\uD888\\u1234\"]"),
            .loneSurrogate
        ),
        (
            JSONCase(
                "string_UTF-16LE_with_BOM",
                latin1: "\u{FF}\u{FE}[\u{0}\"\u{0}\u{E9}\u{0}\"\u{0}]\u{0}"
            ),
            .notUTF8
        ),
        (
            JSONCase(
                "string_UTF-8_invalid_sequence",
                latin1: "[\"\u{E6}\u{97}\u{A5}\u{D1}\u{88}\u{FA}\"]"
            ),
            .notUTF8
        ),
        (JSONCase("string_UTF8_surrogate_U+D800", latin1: "[\"\u{ED}\u{A0}\u{80}\"]"), .notUTF8),
        (
            JSONCase("string_incomplete_surrogate_and_escape_valid", "[\"\\uD800\\n\"]"),
            .loneSurrogate
        ),
        (JSONCase("string_incomplete_surrogate_pair", "[\"\\uDd1ea\"]"), .loneSurrogate),
        (
            JSONCase("string_incomplete_surrogates_escape_valid", "[\"\\uD800\\uD800\\n\"]"),
            .loneSurrogate
        ),
        (JSONCase("string_invalid_lonely_surrogate", "[\"\\ud800\"]"), .loneSurrogate),
        (JSONCase("string_invalid_surrogate", "[\"\\ud800abc\"]"), .loneSurrogate),
        (JSONCase("string_invalid_utf-8", latin1: "[\"\u{FF}\"]"), .notUTF8),
        (JSONCase("string_inverted_surrogates_U+1D11E", "[\"\\uDd1e\\uD834\"]"), .loneSurrogate),
        (JSONCase("string_iso_latin_1", latin1: "[\"\u{E9}\"]"), .notUTF8),
        (JSONCase("string_lone_second_surrogate", "[\"\\uDFAA\"]"), .loneSurrogate),
        (JSONCase("string_lone_utf8_continuation_byte", latin1: "[\"\u{81}\"]"), .notUTF8),
        (
            JSONCase("string_not_in_unicode_range", latin1: "[\"\u{F4}\u{BF}\u{BF}\u{BF}\"]"),
            .notUTF8
        ),
        (JSONCase("string_overlong_sequence_2_bytes", latin1: "[\"\u{C0}\u{AF}\"]"), .notUTF8),
        (
            JSONCase(
                "string_overlong_sequence_6_bytes",
                latin1: "[\"\u{FC}\u{83}\u{BF}\u{BF}\u{BF}\u{BF}\"]"
            ),
            .notUTF8
        ),
        (
            JSONCase(
                "string_overlong_sequence_6_bytes_null",
                latin1: "[\"\u{FC}\u{80}\u{80}\u{80}\u{80}\u{80}\"]"
            ),
            .notUTF8
        ),
        (JSONCase("string_truncated-utf-8", latin1: "[\"\u{E0}\u{FF}\"]"), .notUTF8),
        (
            JSONCase("string_utf16BE_no_BOM", latin1: "\u{0}[\u{0}\"\u{0}\u{E9}\u{0}\"\u{0}]"),
            .notUTF8
        ),
        (
            JSONCase("string_utf16LE_no_BOM", latin1: "[\u{0}\"\u{0}\u{E9}\u{0}\"\u{0}]\u{0}"),
            .notUTF8
        ),
        (JSONCase("structure_UTF-8_BOM_empty_object", "\u{FEFF}{}"), .byteOrderMark),
        (
            JSONCase(
                "structure_500_nested_arrays",
                String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
            ),
            .tooDeep
        ),
    ]
}
