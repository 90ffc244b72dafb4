//! Budget encumbrance (预算占用) and straight-line depreciation (折旧), exact to the 分.
