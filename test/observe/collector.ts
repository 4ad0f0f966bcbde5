import { Effect } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** What was posted, by path: OTLP over HTTP, as JSON. */
export interface Collector {
  readonly url: string
  readonly received: (path: string) => ReadonlyArray<unknown>
}

/** A receiver of OTLP/HTTP on loopback: it takes what an exporter posts, and answers as a collector does. */
export const collector = Effect.acquireRelease(
  Effect.async<Collector & { readonly close: () => void }>((resume) => {
    const bodies = new Map<string, Array<unknown>>()
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const path = request.url ?? ""
        bodies.set(path, [...(bodies.get(path) ?? []), JSON.parse(Buffer.concat(chunks).toString("utf8"))])
        response.writeHead(200, { "content-type": "application/json" }).end("{}")
      })
    })
    server.listen(0, "127.0.0.1", () => {
      // a server that listens on TCP has an address of this form
      const { port } = server.address() as AddressInfo
      resume(
        Effect.succeed({
          url: `http://127.0.0.1:${port}`,
          received: (path) => bodies.get(path) ?? [],
          close: () => {
            server.close()
            server.closeAllConnections()
          }
        })
      )
    })
  }),
  (server) => Effect.sync(() => server.close())
)

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface ExportedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<Attribute>
  readonly status: { readonly code: number }
}

interface ExportedPoint {
  readonly attributes: ReadonlyArray<Attribute>
  readonly count?: number
  readonly sum?: number
  readonly asDouble?: number
  readonly explicitBounds?: ReadonlyArray<number>
}

interface ExportedMetric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: ReadonlyArray<ExportedPoint> }
  readonly gauge?: { readonly dataPoints: ReadonlyArray<ExportedPoint> }
  readonly histogram?: { readonly dataPoints: ReadonlyArray<ExportedPoint> }
}

interface TracesBody {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<ExportedSpan> }>
  }>
}

interface MetricsBody {
  readonly resourceMetrics: ReadonlyArray<{
    readonly scopeMetrics: ReadonlyArray<{ readonly metrics: ReadonlyArray<ExportedMetric> }>
  }>
}

export const spansOf = ({ received }: Collector): ReadonlyArray<ExportedSpan> =>
  (received("/v1/traces") as ReadonlyArray<TracesBody>)
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)

/** The last export holds the whole state: counts are cumulative. */
export const metricsOf = ({ received }: Collector): ReadonlyArray<ExportedMetric> =>
  ((received("/v1/metrics") as ReadonlyArray<MetricsBody>).at(-1)?.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)

/** Attributes as plain values. */
export const plain = (attributes: ReadonlyArray<Attribute>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
