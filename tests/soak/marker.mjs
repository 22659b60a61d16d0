// Markers: UUIDs that name a person and one of their requests, because ids of tools are UUIDs.

/** The marker of a person's request; `id` is `p` and a number. */
export function markerOf(id, request) {
  return `${id.slice(1).padStart(8, "0")}-0000-4000-8000-${String(request).padStart(12, "0")}`;
}

/** The name of a person at the portal. */
export const nameOf = (id) => `Person ${id.slice(1)}`;

/** The person of a marker. */
export const ownerOf = (marker) => `p${marker.slice(6, 8)}`;
