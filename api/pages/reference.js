// SPDX-License-Identifier: MIT
// Starts the interactive reference on this service's own contract, and asks nobody else for anything.
"use strict";

const place = document.getElementById("reference");

// The package fills forms with examples, and a form that filters by every example at once finds nothing.
function leaveEmpty(parameter) {
  if (parameter.required || !parameter.schema) return;
  delete parameter.example;
  delete parameter.schema.example;
}

async function start() {
  const reply = await fetch(place.dataset.contract);
  if (!reply.ok) throw new Error(`the contract cannot be read: ${reply.status}`);
  const contract = await reply.json();
  for (const item of Object.values(contract.paths)) {
    for (const part of [item, ...Object.values(item)]) (part.parameters ?? []).forEach(leaveEmpty);
  }
  Object.values(contract.components.parameters ?? {}).forEach(leaveEmpty);
  SwaggerUIBundle({
    spec: contract,
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    persistAuthorization: false,
    queryConfigEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
}

start().catch((fault) => {
  place.textContent = fault.message;
});
