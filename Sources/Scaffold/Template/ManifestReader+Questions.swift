// Reads the questions of a manifest.

import JSON
import Mustache

extension ManifestReader {
    /// Reads `questions`: a list of questions, of which each can depend on the ones before it.
    mutating func readQuestions(_ json: JSONText?, into manifest: inout Manifest) {
        let most = Self.maxQuestions
        let elements = list(json, "questions", most: most)
        for element in elements {
            if case .object(let members) = element.content,
                case .text(let key)? = members.first(where: { $0.key == "key" })?.value.content
            {
                allKeys.insert(key)
            }
        }
        for element in elements {
            let known = [
                "key", "type", "prompt", "help", "default", "choices", "pattern", "when", "ask",
                "formerly",
            ]
            guard let fields = fields(of: element, called: "a question", known: known),
                var question = question(fields, element)
            else { continue }
            question.formerKeys = formerNames(fields["formerly"])
            for key in question.formerKeys where allKeys.contains(key) {
                let offset = fields["formerly"]?.offset ?? element.offset
                problems.append((offset, .formerQuestion(key)))
            }
            question.isAsked = truth(fields["ask"], "ask") ?? true
            if !question.isAsked, fields["default"] == nil {
                problems.append((element.offset, .missingKey("default")))
            }
            manifest.questions.append(question)
            addTruths(of: question)
        }
    }

    private mutating func question(_ fields: Fields, _ json: JSONText) -> Question? {
        guard let field = fields["key"] else {
            problems.append((json.offset, .missingKey("key")))
            return nil
        }
        guard let key = text(field, "key") else { return nil }
        if !isQuestionKey(key) {
            problems.append((field.offset, .badQuestionKey(key)))
            return nil
        }
        if Context.ownNames.contains(key) { problems.append((field.offset, .ownName(key))) }
        if questionOffsets.updateValue(field.offset, forKey: key) != nil {
            problems.append((field.offset, .repeatedQuestion(key)))
        }

        let type = text(fields["type"], "type") ?? (fields["choices"] == nil ? "text" : "choice")
        let kind = kind(type, fields, json, key: key)
        let condition = condition(fields["when"], isQuestion: true)
        let prompt = line(fields["prompt"], "prompt") ?? key
        let help = line(fields["help"], "help")
        let question = Question(
            key: key,
            kind: kind ?? .text(nil),
            prompt: prompt,
            help: help,
            defaultAnswer: kind == .lines ? .lines([]) : nil,
            condition: condition
        )
        // Without a known type, the type of the default is not known either.
        guard kind != nil, let answer = fields["default"] else { return question }
        do throws(AnswerProblem) {
            guard let value = AnswerValue(answer) else {
                throw .wrongType(expected: question.kind.name)
            }
            try question.check(value)
            return Question(
                key: key,
                kind: question.kind,
                prompt: prompt,
                help: help,
                defaultAnswer: value,
                condition: condition
            )
        } catch {
            problems.append((answer.offset, .badDefault(error)))
            return question
        }
    }

    private mutating func kind(
        _ type: String,
        _ fields: Fields,
        _ json: JSONText,
        key: String
    ) -> Question.Kind? {
        for (field, owner) in [("pattern", "text"), ("choices", "choice")] where type != owner {
            if let value = fields[field], Self.types.contains(type) {
                problems.append((value.offset, .notForType(key: field, type: type)))
            }
        }
        switch type {
        case "bool": return .bool
        case "integer": return .integer
        case "lines" where adopts: return .lines
        case "text":
            guard let field = fields["pattern"], let source = text(field, "pattern") else {
                return .text(nil)
            }
            do {
                return .text(try Pattern(source))
            } catch {
                problems.append((field.offset, .badPattern(error)))
                return nil
            }
        case "choice":
            guard let field = fields["choices"] else {
                problems.append((json.offset, .missingKey("choices")))
                return nil
            }
            let words = lines(field, "choices", most: 1000)
            if case .list(let elements) = field.content, elements.isEmpty {
                problems.append((field.offset, .empty(key: "choices")))
            }
            var tests: Set<String> = []
            for (word, offset) in words {
                let question = Question(
                    key: key,
                    kind: .bool,
                    prompt: "",
                    help: nil,
                    defaultAnswer: nil,
                    condition: Condition(terms: [])
                )
                if word.isEmpty { problems.append((offset, .empty(key: "choices"))) }
                if !tests.insert(question.test(for: word)).inserted {
                    problems.append((offset, .repeatedChoice(word)))
                }
            }
            return .choice(words.map(\.text))
        default:
            let offset = (fields["type"] ?? json).offset
            problems.append(
                (offset, .unknownType(type, nearest: nearest(to: type, in: Self.types)))
            )
            return nil
        }
    }

    private func isQuestionKey(_ key: String) -> Bool {
        guard key.utf8.count <= 64, let first = key.first, first.isASCII, first.isLetter else {
            return false
        }
        return key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
    }

    private mutating func addTruths(of question: Question) {
        switch question.kind {
        case .bool, .text, .lines: truths[question.key] = .usable
        case .integer: truths[question.key] = .not(instead: nil)
        case .choice(let words):
            truths[question.key] = .not(instead: words.first.map { question.test(for: $0) })
            for word in words { truths[question.test(for: word)] = .usable }
        }
    }
}
