//! Pages and the JSON API: alone knows HTTP and HTML.
