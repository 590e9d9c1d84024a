// JSON documents that pa-new writes and reads: one form, and a reason for each failure.

import Testing

@testable import JSON

@Suite("JSON documents")
struct JSONDocumentTests {
    private struct Sample: Codable, Hashable {
        struct Inner: Codable, Hashable {
            var count: Int
        }

        var zebra: String
        var apple: [Int]
        var inner: Inner
        var note: String?
    }

    private static let sample = Sample(
        zebra: "a/b \"ä\"\n",
        apple: [2, 1],
        inner: .init(count: -3),
        note: nil
    )

    private func problem(reading text: String) -> JSONProblem? {
        problem(reading: Array(text.utf8))
    }

    private func problem(reading bytes: [UInt8]) -> JSONProblem? {
        #expect(throws: JSONProblem.self) { try JSONDocument.value(Sample.self, from: bytes) }
    }

    @Test("a document is indented, has its keys in order, and ends with one line end")
    func form() throws {
        let expected = """
            {
              "apple" : [
                2,
                1
              ],
              "inner" : {
                "count" : -3
              },
              "zebra" : "a/b \\"ä\\"\\n"
            }

            """
        #expect(try JSONDocument.text(of: Self.sample) == expected)
        #expect(try JSONDocument.bytes(of: Self.sample) == Array(expected.utf8))
    }

    @Test("a dictionary gives the same bytes each time, whatever the order of its keys in memory")
    func order() throws {
        let keys = (0..<50).map { "key\($0)" }
        let one = Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) })
        var other: [String: Int] = [:]
        other.reserveCapacity(1000)
        for key in keys.reversed() { other[key] = 1 }
        let text = try JSONDocument.text(of: one)
        #expect(try JSONDocument.text(of: other) == text)
        let found = text.matches(of: /"(key\d+)"/).map { String($0.1) }
        #expect(found.count == keys.count)
        #expect(found.first == "key0" && found.last == "key9" && found != keys)
    }

    @Test("what was written is read as it was")
    func roundTrip() throws {
        var full = Self.sample
        full.note = "\u{0}\u{1F}/\\'<>&\u{2028}😀"
        for value in [Self.sample, full] {
            let bytes = try JSONDocument.bytes(of: value)
            #expect(try JSONDocument.value(Sample.self, from: bytes) == value)
        }
    }

    @Test(
        "a number that is not finite is an error with a reason, and no empty document",
        arguments: [Double.nan, .infinity, -.infinity]
    )
    func notFinite(number: Double) {
        func expectProblem<Value>(_ encode: () throws(JSONProblem) -> Value) {
            do throws(JSONProblem) {
                let document = try encode()
                Issue.record("a document: \(document)")
            } catch {
                guard case .notEncodable(let reason) = error else {
                    Issue.record("another problem: \(error)")
                    return
                }
                #expect(!reason.isEmpty)
            }
        }
        expectProblem { () throws(JSONProblem) in try JSONDocument.bytes(of: number) }
        expectProblem { () throws(JSONProblem) in try JSONDocument.text(of: number) }
        expectProblem { () throws(JSONProblem) in try JSONDocument.bytes(of: ["a": [1, number]]) }
    }

    @Test(
        "a key that is missing, and a value of another type, are named",
        arguments: [
            ("{}", .missing(key: "zebra")),
            (#"{"zebra": "", "apple": []}"#, .missing(key: "inner")),
            (#"{"zebra": "", "apple": [], "inner": {}}"#, .missing(key: "count")),
            (#"{"zebra": 1, "apple": [], "inner": {"count": 1}}"#, .wrongType(key: "zebra")),
            (#"{"zebra": null, "apple": [], "inner": {"count": 1}}"#, .wrongType(key: "zebra")),
            (#"{"zebra": "", "apple": {}, "inner": {"count": 1}}"#, .wrongType(key: "apple")),
            (#"{"zebra": "", "apple": [], "inner": []}"#, .wrongType(key: "inner")),
            (
                #"{"zebra": "", "apple": [], "inner": {"count": "1"}}"#,
                .wrongType(key: "inner.count")
            ),
            (
                #"{"zebra": "", "apple": [], "inner": {"count": 1}, "note": 1}"#,
                .wrongType(key: "note")
            ),
            (
                #"{"zebra": "", "apple": [1, true], "inner": {"count": 1}}"#,
                .wrongType(key: "apple.Index 1")
            ),
            (
                #"{"zebra": "", "apple": [], "inner": {"count": 1.5}}"#,
                .wrongType(key: "inner.count")
            ),
            (
                #"{"zebra": "", "apple": [9223372036854775808], "inner": {"count": 1}}"#,
                .wrongType(key: "apple.Index 0")
            ),
        ] as [(String, JSONProblem)]
    )
    func wrongValues(text: String, expected: JSONProblem) {
        #expect(problem(reading: text) == expected)
    }

    @Test(
        "a document that is no object is told apart",
        arguments: ["[]", "[{}]", "1", "\"{}\"", "null", "true"]
    )
    func noObject(text: String) {
        #expect(problem(reading: text) == .wrongType(key: nil))
    }

    @Test(
        "what is not one JSON value is not JSON",
        arguments: [
            "", " \n", "{", "}", "{]", "nonsense", "{} {}", "{'zebra': 1}",
            "{\"zebra\": \"\n\"}", "// {}\n", "\u{1F}{}",
        ]
    )
    func notJSON(text: String) {
        #expect(problem(reading: text) == .notJSON)
    }

    @Test("bytes that are not UTF-8 are not JSON")
    func notUTF8() {
        #expect(problem(reading: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) == .notJSON)
    }
}
