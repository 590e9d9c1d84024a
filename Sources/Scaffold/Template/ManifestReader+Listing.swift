// Reads what `pa-new list` tells about a framework or template, besides its summary.

import JSON

extension ManifestReader {
    /// Reads `features` and `megabytes`.
    mutating func readListing(_ fields: Fields, into manifest: inout Manifest) {
        manifest.features = lines(fields["features"], "features", most: 20).map(\.text)
        guard let json = fields["megabytes"] else { return }
        let sizes = list(json, "megabytes", most: 2).compactMap { element -> Int? in
            guard case .number(let text) = element.content, let number = Int(text) else {
                return nil
            }
            return number > 0 ? number : nil
        }
        guard case .list(let elements) = json.content else { return }
        guard sizes.count == elements.count, !sizes.isEmpty, sizes == sizes.sorted() else {
            problems.append((json.offset, .badSizes))
            return
        }
        manifest.megabytes = sizes
    }
}
