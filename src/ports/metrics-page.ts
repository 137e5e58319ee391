/** What a metrics server shows; asked anew for each request. */
export interface MetricsPage {
  /** Text exposition format 0.0.4. */
  prometheusText(): string
  /** For probes. */
  health(): { readonly healthy: boolean; readonly partitions: number }
}
