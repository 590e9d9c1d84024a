// HTML pages: templates with values.

import Mustache

extension Request {
  /// Makes a page: a file of `templates/` in which tags have values.
  ///
  ///     try request.render("item.html", ["name": item.name, "tags": item.tags])
  ///
  /// `{{name}}` is a value, escaped for HTML. `Sources/Mustache/Mustache.swift` lists the other tags. A
  /// page has these values, too, unless you pass others: `{{{csrf_field}}}` for forms,
  /// `{{#flash}}{{.}}{{/flash}}` for messages, `{{mount}}` for links,
  /// `{{#static_url}}site.css{{/static_url}}`, and those of `pageValues` of the application.
  ///
  /// - Parameters:
  ///   - name: The path of the file below `templates/`, such as `page.html`.
  ///   - values: The values by their names: texts, numbers, truth values, arrays, dictionaries, and
  ///     types that are `Encodable`.
  /// - Returns: The response, which you can still change.
  /// - Throws: ``TemplateError`` if there is no such template, or something is wrong with it.
  func render(_ name: String, _ values: [String: any Encodable] = [:]) throws -> Response {
    var response = Response(html: "")
    response.body = .whole(try html(of: try Templates.page(name), values))
    return response
  }

  /// Makes a page of an `Encodable` value, whose properties have the names.
  ///
  /// - Parameters:
  ///   - name: The path of the file below `templates/`, such as `page.html`.
  ///   - value: The value.
  /// - Returns: The response, which you can still change.
  /// - Throws: ``TemplateError`` as ``render(_:_:)`` does.
  func render(_ name: String, from value: some Encodable) throws -> Response {
    guard case .object(let members) = try pageValue(value) else {
      throw TemplateError(description: "a page needs names with values, not \(type(of: value))")
    }
    return try render(name, members)
  }

  /// Returns the HTML of a template.
  func html(of page: Templates.Page, _ values: [String: any Encodable]) throws -> [UInt8] {
    let always = PageValues(for: self)
    let more = try parts.pageValues?(self) ?? [:]
    do {
      let bytes = try page.template.renderBytes(
        values: [
          .object(always.values), .object(try more.mapValues(pageValue)),
          .object(try values.mapValues(pageValue)),
        ],
        partials: page.partials
      )
      if let failure = always.failure { throw failure }
      return bytes
    } catch let failure as Mustache.Failure {
      throw TemplateError(description: failure.description)
    }
  }
}

/// The values that each template has.
///
/// What a template does not use is not made.
/// The engine calls the functions in `values` only while it renders, in the same thread.
private final class PageValues: @unchecked Sendable {
  private let request: Request
  private var made: [String: Mustache.Value] = [:]
  /// What went wrong with a value.
  private(set) var failure: (any Error)?

  init(for request: Request) { self.request = request }

  var values: [String: Mustache.Value] {
    [
      "mount": deferred("mount") { .string($0.mount) },
      "csrf_field": deferred("csrf_field") { .string($0.csrfField) },
      "csrf_token": deferred("csrf_token") { .string($0.csrfToken) },
      "flash": deferred("flash") { .list($0.takeFlash().map { .string($0) }) },
      "static_url": .lambda { path in self.staticURL(path ?? "") },
    ]
  }

  /// Returns a value that is made when a template uses it, and only once.
  private func deferred(
    _ name: String,
    _ make: @escaping @Sendable (Request) throws -> Mustache.Value
  ) -> Mustache.Value {
    .deferred {
      if let value = self.made[name] { return value }
      let value = self.noting { try make(self.request) } ?? .null
      self.made[name] = value
      return value
    }
  }

  private func staticURL(_ text: String) -> String {
    let path = trimmed(Array(text.utf8)[...], of: " \t\r\n")
    let url = noting { try request.staticURL(String(decoding: path, as: UTF8.self)) }
    return escaped(url ?? "")
  }

  /// Notes an error, because the engine knows only its own.
  private func noting<Value>(_ make: () throws -> Value) -> Value? {
    do {
      return try make()
    } catch {
      failure = failure ?? error
      return nil
    }
  }
}
