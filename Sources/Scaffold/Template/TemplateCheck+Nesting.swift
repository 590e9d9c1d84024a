// Finds partials that include themselves, and templates that are nested too deeply through partials.

import Mustache

extension Checker {
    /// A place where a partial is included.
    struct Inclusion {
        /// The name of the partial.
        let name: String
        /// Where it is included.
        let location: Mustache.Location
        /// The number of sections around it in its file.
        let depth: Int
    }

    /// Notes how deep a reference is nested, and what it includes.
    ///
    /// - Parameters:
    ///   - reference: The reference.
    ///   - choices: The words that a dynamic name can be.
    ///   - depth: The number of sections around it.
    ///   - path: The file.
    ///   - partial: The name of the partial, if the file is one.
    mutating func note(
        _ reference: Mustache.Reference,
        _ choices: [String]?,
        _ depth: Int,
        _ path: String,
        _ partial: String?
    ) {
        let names: [String]
        switch reference.kind {
        case .partial, .parent: names = [reference.name]
        case .dynamicPartial, .dynamicParent: names = choices ?? []
        case .section:
            if let partial { depths[partial] = max(depths[partial] ?? 0, depth + 1) }
            return
        default: return
        }
        let found = names.map {
            Inclusion(name: $0, location: reference.location, depth: depth)
        }
        if let partial {
            includes[partial, default: []] += found
        } else {
            inclusions[path, default: []] += found
        }
    }

    /// Finds partials that include themselves, because such an inclusion never ends with the tool's data.
    mutating func checkCycles() {
        enum State { case open, done }
        var states: [String: State] = [:]
        for start in includes.keys.sorted() where states[start] == nil {
            var chain: [(name: String, next: Int)] = [(start, 0)]
            states[start] = .open
            while let (name, next) = chain.last {
                guard let inside = includes[name], next < inside.count else {
                    states[name] = .done
                    chain.removeLast()
                    continue
                }
                chain[chain.count - 1].next += 1
                let reference = inside[next]
                switch states[reference.name] {
                case .done: break
                case .open:
                    let first = chain.firstIndex { $0.name == reference.name } ?? 0
                    let circle = chain[first...].map(\.name) + [reference.name]
                    findings.append(TemplateFinding(reference.location, .circle(circle)))
                case nil:
                    states[reference.name] = .open
                    chain.append((reference.name, 0))
                }
            }
        }
    }

    /// Finds the places where a chain of partials becomes deeper than a rendering may go.
    mutating func checkNesting() {
        let most = Mustache.Limits().depth
        let depths = wholeDepths()
        for inclusion in [includes, inclusions].flatMap({ $0.values.joined() }) {
            let inside = depths[inclusion.name] ?? 0
            // Each chain is one mistake: it is told where it crosses the limit.
            guard inside <= most, inclusion.depth + 1 + inside > most else { continue }
            let problem = Mustache.Failure.Kind.tooDeep(limit: most, chain: [])
            findings.append(TemplateFinding(inclusion.location, .mustache(problem)))
        }
    }

    /// Returns how deep each partial is nested, with all that it includes; one that includes itself is another
    /// finding, and ends there.
    private func wholeDepths() -> [String: Int] {
        var whole: [String: Int] = [:]
        var begun: Set<String> = []
        for start in includes.keys.sorted() {
            var open = [start]
            while let name = open.last {
                let inside = includes[name] ?? []
                if begun.insert(name).inserted {
                    open += inside.map(\.name).filter { !begun.contains($0) }
                    continue
                }
                open.removeLast()
                guard whole[name] == nil else { continue }
                let deepest = inside.map { inclusion in
                    inclusion.depth + 1 + (whole[inclusion.name] ?? depths[inclusion.name] ?? 0)
                }.max()
                whole[name] = max(deepest ?? 0, depths[name] ?? 0)
            }
        }
        return depths.merging(whole) { max($0, $1) }
    }
}
