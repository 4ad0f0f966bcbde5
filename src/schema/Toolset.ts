/**
 * Toolsets: many client tools in one entry.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * Settings of one member of a toolset.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolsetMemberConfig {
  readonly enabled?: boolean | null | undefined
  readonly defer_loading?: boolean | null | undefined
}

/**
 * Schema of `ToolsetMemberConfig`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolsetMemberConfig = struct<ToolsetMemberConfig>("ToolsetMemberConfig", () => ({
  enabled: optionalNull(Schema.Boolean),
  defer_loading: optionalNull(Schema.Boolean)
}))

/**
 * Settings of the members of the browser toolset.
 *
 * @since 0.1.0
 * @category models
 */
export interface BrowserToolsetConfigs {
  readonly close_tab?: ToolsetMemberConfig | null | undefined
  readonly double_click?: ToolsetMemberConfig | null | undefined
  readonly file_upload?: ToolsetMemberConfig | null | undefined
  readonly find?: ToolsetMemberConfig | null | undefined
  readonly form_input?: ToolsetMemberConfig | null | undefined
  readonly get_page_text?: ToolsetMemberConfig | null | undefined
  readonly hold_key?: ToolsetMemberConfig | null | undefined
  readonly hover?: ToolsetMemberConfig | null | undefined
  readonly javascript_exec?: ToolsetMemberConfig | null | undefined
  readonly key?: ToolsetMemberConfig | null | undefined
  readonly left_click?: ToolsetMemberConfig | null | undefined
  readonly left_click_drag?: ToolsetMemberConfig | null | undefined
  readonly left_mouse_down?: ToolsetMemberConfig | null | undefined
  readonly left_mouse_up?: ToolsetMemberConfig | null | undefined
  readonly list_tabs?: ToolsetMemberConfig | null | undefined
  readonly middle_click?: ToolsetMemberConfig | null | undefined
  readonly mouse_move?: ToolsetMemberConfig | null | undefined
  readonly navigate?: ToolsetMemberConfig | null | undefined
  readonly new_tab?: ToolsetMemberConfig | null | undefined
  readonly read_console?: ToolsetMemberConfig | null | undefined
  readonly read_network?: ToolsetMemberConfig | null | undefined
  readonly read_page?: ToolsetMemberConfig | null | undefined
  readonly right_click?: ToolsetMemberConfig | null | undefined
  readonly screenshot?: ToolsetMemberConfig | null | undefined
  readonly scroll?: ToolsetMemberConfig | null | undefined
  readonly scroll_to?: ToolsetMemberConfig | null | undefined
  readonly switch_tab?: ToolsetMemberConfig | null | undefined
  readonly triple_click?: ToolsetMemberConfig | null | undefined
  readonly type?: ToolsetMemberConfig | null | undefined
  readonly wait?: ToolsetMemberConfig | null | undefined
  readonly zoom?: ToolsetMemberConfig | null | undefined
}

/**
 * Schema of `BrowserToolsetConfigs`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BrowserToolsetConfigs = struct<BrowserToolsetConfigs>("BrowserToolsetConfigs", () => ({
  close_tab: optionalNull(ToolsetMemberConfig),
  double_click: optionalNull(ToolsetMemberConfig),
  file_upload: optionalNull(ToolsetMemberConfig),
  find: optionalNull(ToolsetMemberConfig),
  form_input: optionalNull(ToolsetMemberConfig),
  get_page_text: optionalNull(ToolsetMemberConfig),
  hold_key: optionalNull(ToolsetMemberConfig),
  hover: optionalNull(ToolsetMemberConfig),
  javascript_exec: optionalNull(ToolsetMemberConfig),
  key: optionalNull(ToolsetMemberConfig),
  left_click: optionalNull(ToolsetMemberConfig),
  left_click_drag: optionalNull(ToolsetMemberConfig),
  left_mouse_down: optionalNull(ToolsetMemberConfig),
  left_mouse_up: optionalNull(ToolsetMemberConfig),
  list_tabs: optionalNull(ToolsetMemberConfig),
  middle_click: optionalNull(ToolsetMemberConfig),
  mouse_move: optionalNull(ToolsetMemberConfig),
  navigate: optionalNull(ToolsetMemberConfig),
  new_tab: optionalNull(ToolsetMemberConfig),
  read_console: optionalNull(ToolsetMemberConfig),
  read_network: optionalNull(ToolsetMemberConfig),
  read_page: optionalNull(ToolsetMemberConfig),
  right_click: optionalNull(ToolsetMemberConfig),
  screenshot: optionalNull(ToolsetMemberConfig),
  scroll: optionalNull(ToolsetMemberConfig),
  scroll_to: optionalNull(ToolsetMemberConfig),
  switch_tab: optionalNull(ToolsetMemberConfig),
  triple_click: optionalNull(ToolsetMemberConfig),
  type: optionalNull(ToolsetMemberConfig),
  wait: optionalNull(ToolsetMemberConfig),
  zoom: optionalNull(ToolsetMemberConfig)
}))

/**
 * A browser that you run for the model: all its members in one entry.
 *
 * @since 0.1.0
 * @category models
 */
export interface BrowserToolset20260801 {
  readonly type: "browser_toolset_20260801"
  readonly configs?: BrowserToolsetConfigs | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `BrowserToolset20260801`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BrowserToolset20260801 = struct<BrowserToolset20260801>("BrowserToolset20260801", () => ({
  type: Schema.Literal("browser_toolset_20260801"),
  configs: optionalNull(BrowserToolsetConfigs),
  cache_control: optionalNull(CacheControl)
}))

/**
 * Settings of the members of the computer toolset.
 *
 * @since 0.1.0
 * @category models
 */
export interface ComputerToolsetConfigs {
  readonly cursor_position?: ToolsetMemberConfig | null | undefined
  readonly double_click?: ToolsetMemberConfig | null | undefined
  readonly hold_key?: ToolsetMemberConfig | null | undefined
  readonly key?: ToolsetMemberConfig | null | undefined
  readonly left_click?: ToolsetMemberConfig | null | undefined
  readonly left_click_drag?: ToolsetMemberConfig | null | undefined
  readonly left_mouse_down?: ToolsetMemberConfig | null | undefined
  readonly left_mouse_up?: ToolsetMemberConfig | null | undefined
  readonly middle_click?: ToolsetMemberConfig | null | undefined
  readonly mouse_move?: ToolsetMemberConfig | null | undefined
  readonly right_click?: ToolsetMemberConfig | null | undefined
  readonly screenshot?: ToolsetMemberConfig | null | undefined
  readonly scroll?: ToolsetMemberConfig | null | undefined
  readonly triple_click?: ToolsetMemberConfig | null | undefined
  readonly type?: ToolsetMemberConfig | null | undefined
  readonly wait?: ToolsetMemberConfig | null | undefined
  readonly zoom?: ToolsetMemberConfig | null | undefined
}

/**
 * Schema of `ComputerToolsetConfigs`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ComputerToolsetConfigs = struct<ComputerToolsetConfigs>("ComputerToolsetConfigs", () => ({
  cursor_position: optionalNull(ToolsetMemberConfig),
  double_click: optionalNull(ToolsetMemberConfig),
  hold_key: optionalNull(ToolsetMemberConfig),
  key: optionalNull(ToolsetMemberConfig),
  left_click: optionalNull(ToolsetMemberConfig),
  left_click_drag: optionalNull(ToolsetMemberConfig),
  left_mouse_down: optionalNull(ToolsetMemberConfig),
  left_mouse_up: optionalNull(ToolsetMemberConfig),
  middle_click: optionalNull(ToolsetMemberConfig),
  mouse_move: optionalNull(ToolsetMemberConfig),
  right_click: optionalNull(ToolsetMemberConfig),
  screenshot: optionalNull(ToolsetMemberConfig),
  scroll: optionalNull(ToolsetMemberConfig),
  triple_click: optionalNull(ToolsetMemberConfig),
  type: optionalNull(ToolsetMemberConfig),
  wait: optionalNull(ToolsetMemberConfig),
  zoom: optionalNull(ToolsetMemberConfig)
}))

/**
 * A computer that you run for the model: all its members in one entry.
 *
 * @since 0.1.0
 * @category models
 */
export interface ComputerToolset20260801 {
  readonly type: "computer_toolset_20260801"
  readonly configs?: ComputerToolsetConfigs | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ComputerToolset20260801`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ComputerToolset20260801 = struct<ComputerToolset20260801>("ComputerToolset20260801", () => ({
  type: Schema.Literal("computer_toolset_20260801"),
  configs: optionalNull(ComputerToolsetConfigs),
  cache_control: optionalNull(CacheControl)
}))
