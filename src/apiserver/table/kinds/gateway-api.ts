/** Columns: the additionalPrinterColumns of the CRDs of Gateway API v1.3. */
import type { gatewayApi } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { conditionStatus } from '../words.ts'

export const httpRoutePrinter: Printer<gatewayApi.HTTPRoute> = {
  columns: [NAME, text('Hostnames', ({ spec }) => spec?.hostnames && JSON.stringify(spec.hostnames)), AGE],
}

export const gatewayPrinter: Printer<gatewayApi.Gateway> = {
  columns: [
    NAME,
    text('Class', ({ spec }) => spec?.gatewayClassName),
    text('Address', ({ status }) => status?.addresses?.map((address) => address.value).join(',')),
    text('Programmed', ({ status }) => conditionStatus(status?.conditions, 'Programmed')),
    AGE,
  ],
}

export const gatewayClassPrinter: Printer<gatewayApi.GatewayClass> = {
  columns: [
    NAME,
    text('Controller', ({ spec }) => spec?.controllerName),
    text('Accepted', ({ status }) => conditionStatus(status?.conditions, 'Accepted')),
    AGE,
    wide(text('Description', ({ spec }) => spec?.description)),
  ],
}
