// SPDX-License-Identifier: MIT
// Starts the interactive reference on this service's own contract, and asks nobody else for anything.
"use strict";

const place = document.getElementById("reference");

SwaggerUIBundle({
  url: place.dataset.contract,
  domNode: place,
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
