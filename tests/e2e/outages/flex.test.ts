import { testOutages } from './outages.testsuite.ts'

testOutages('flex')
