// The form of a dashboard as Grafana's foundation SDK types it. JSON has the values of enumerations where the SDK has their
// names, and the SDK leaves open what depends on the kind of a panel: `Json` and `Dashboard` close both gaps.
import type * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as text from "@grafana/grafana-foundation-sdk/text";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type * as units from "@grafana/grafana-foundation-sdk/units";

type Method = (...parameters: never[]) => unknown;

/** What a type of the SDK is in JSON. */
type Json<T> = 0 extends 1 & T
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer Value extends number}`
        ? Value
        : T
      : T extends (infer Item)[]
        ? Json<Item>[]
        : T extends object
          ? { [Key in keyof T as T[Key] extends Method ? never : Key]: Json<T[Key]> }
          : T;

/** A type with other types of some fields, which it has. */
type With<T, Fields extends Partial<Record<keyof T, unknown>>> = Omit<T, keyof Fields> & Fields;

type Unit = (typeof units)[keyof typeof units];

type Fields<Custom> = With<
  Json<dashboard.FieldConfigSource>,
  { defaults: With<Json<dashboard.FieldConfig>, { unit: Unit; custom?: Custom }> }
>;

type Panel<Type extends string, Options, Custom> = With<
  Json<dashboard.Panel>,
  {
    type: Type;
    title: string;
    description: string;
    targets: Json<prometheus.Dataquery>[];
    options: Json<Options>;
    fieldConfig: Fields<Json<Custom>>;
  }
>;

type TextPanel = With<
  Json<dashboard.Panel>,
  { type: "text"; title: string; description: string; targets?: never; fieldConfig?: never; options: Json<text.Options> }
>;

type Annotation = With<
  Json<dashboard.AnnotationQuery>,
  { datasource: Json<common.DataSourceRef>; target?: Json<dashboard.AnnotationTarget> }
>;

/** A variable, or a data source that none is chosen for. */
type Variable = With<Json<dashboard.VariableModel>, { current?: Partial<Json<dashboard.VariableOption>> }>;

export type Dashboard = With<
  Json<dashboard.Dashboard>,
  {
    schemaVersion: 42;
    uid: string;
    annotations: { list: Annotation[] };
    templating: { list: Variable[] };
    panels: (
      | Json<dashboard.RowPanel>
      | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>
      | Panel<"stat", stat.Options, never>
      | TextPanel
    )[];
  }
>;
