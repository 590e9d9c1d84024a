// Renders templates, so that tests can compare the engine with the one in Python.
//
// Each line of the input is a JSON object: the names of values and partials, the template, and the
// limits of depth and expansions. Each line of the output is the rendered text or the error, as JSON.

import Foundation
import Mustache

/// One template with all that it needs.
private struct Job: Decodable {
    let template: String
    let partials: [String: String]
    let data: Tagged
    let depth: Int
    let expansions: Int
}

/// What became of a template.
private struct Outcome: Encodable {
    var text: String?
    var error: String?
}

/// A value, as an array of its type and its content: JSON alone does not tell 1.0 from 1.
private struct Tagged: Decodable {
    let value: Mustache.Value

    init(from decoder: any Decoder) throws {
        var array = try decoder.unkeyedContainer()
        let type = try array.decode(String.self)
        switch type {
        case "null": value = .null
        case "bool": value = .bool(try array.decode(Bool.self))
        case "int": value = .integer(try array.decode(Int.self))
        case "float":
            let text = try array.decode(String.self)
            guard let number = Double(text) else { throw Unknown(type: text) }
            value = .decimal(number)
        case "str": value = .string(try array.decode(String.self))
        case "list": value = .list(try array.decode([Tagged].self).map(\.value))
        case "dict": value = .object(try array.decode([String: Tagged].self).mapValues(\.value))
        case "lambda":
            // The text of a section goes between two texts; a variable gets both.
            let before = try array.decode(String.self)
            let after = try array.decode(String.self)
            value = .lambda { text in before + (text ?? "") + after }
        default: throw Unknown(type: type)
        }
    }
}

private struct Unknown: Error {
    let type: String
}

private func outcome(of job: Job) -> Outcome {
    do {
        // The parts first, as the other engine does.
        var partials: [String: Mustache.Template] = [:]
        for name in job.partials.keys.sorted() {
            partials[name] = try Mustache.Template(job.partials[name] ?? "", path: name)
        }
        let template = try Mustache.Template(job.template, path: "main")
        let limits = Mustache.Limits(depth: job.depth, expansions: job.expansions)
        return Outcome(
            text: try template.render(job.data.value, partials: partials, limits: limits)
        )
    } catch {
        return Outcome(error: "\(error)")
    }
}

let decoder = JSONDecoder()
let encoder = JSONEncoder()
while let line = readLine() {
    let job = try decoder.decode(Job.self, from: Data(line.utf8))
    print(String(decoding: try encoder.encode(outcome(of: job)), as: UTF8.self))
}
